package dev.millrace.rpc.method;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.control.ControlException;
import dev.millrace.control.Hosted;
import dev.millrace.control.ServiceControl.Placed;
import dev.millrace.job.JobException;
import dev.millrace.job.JobState;
import dev.millrace.job.JobView;
import dev.millrace.job.Jobs;
import dev.millrace.json.Json;
import dev.millrace.lifecycle.ServiceException;
import dev.millrace.rpc.RpcException;
import dev.millrace.rpc.RpcParams;
import dev.millrace.rpc.method.MethodSpec.Surroundings;
import dev.millrace.task.InvalidTaskException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code job.*}: what begins a job or lets it go on. Refusals are results, with a reason for programs. */
final class JobChanges {
    private JobChanges() {}

    static List<MethodSpec> all() {
        return List.of(
                MethodSpec.of(
                        "job.submit",
                        "Takes a job. When it is accepted, the job and all of its tasks are on disk.",
                        definition(Shape.object())
                                .may("job_id", "string", "its name; that of the file when not given")
                                .may("dry_run", "boolean", "only checks: nothing runs, nothing is written", false),
                        JobAnswers.accepted()
                                .may("service", "string", "whose workers run it")
                                .may("run", "integer", "which run of a job of this name it is")
                                .may("steps", "integer", "how many it has")
                                .may("dry_run", "boolean", "true when it was only checked"),
                        JobChanges::submit),
                MethodSpec.of(
                        "job.resume",
                        "Lets a paused job go on, or begins what is not done of a failed or cancelled one again. With a"
                                + " definition it does as job.modify.",
                        definition(JobMethods.named()),
                        JobAnswers.accepted(),
                        JobChanges::resume),
                MethodSpec.of(
                        "job.modify",
                        "Goes on with another definition: what is done and unchanged stays, all else begins anew.",
                        definition(JobMethods.named()),
                        JobAnswers.accepted(),
                        JobChanges::modify),
                MethodSpec.of(
                        "job.recover",
                        "Makes steps of a failed or cancelled job ready again, in one transaction, and leaves it paused.",
                        JobMethods.named()
                                .may("items", "string[]", "these steps; all that are not done when not given")
                                .may("from_item", "string", "this step and those behind it")
                                .may("sheet_num", "integer", "one step by its place, from 1")
                                .may("dry_run", "boolean", "only tells; nothing is written", false),
                        Shape.object()
                                .need("job_id", "string", "the job")
                                .need("dry_run", "boolean", "as asked")
                                .need(
                                        "before",
                                        Shape.byName("integer"),
                                        "how many steps were in which state; those of none are left out")
                                .need("after", Shape.byName("integer"), "how many are, or would be, now")
                                .need(
                                        "recovered",
                                        "string[]",
                                        "steps whose tasks somebody has run again, and which are done")
                                .need("reset", "string[]", "steps that begin anew")
                                .need("message", "string", "what follows"),
                        JobChanges::recover));
    }

    private static Shape definition(Shape shape) {
        return shape.may("config_path", "string", "a job file, TOML or JSON; absolute, or relative to client_cwd")
                .mayList(
                        "tasks",
                        TaskAnswers.step(),
                        "the same inline; each may have any key of a task, see docs/reference/tasks.md")
                .may("service", "string", "whose workers run it; may stand in the file")
                .may("timeout_sec", "number", "with tasks: how long it may run, in seconds")
                .may("client_cwd", "string", "where a relative config_path begins");
    }

    private interface Change {
        ObjectNode make() throws Exception;
    }

    private static ObjectNode orRejected(String id, Change change) throws Exception {
        try {
            return change.make();
        } catch (JobException refused) {
            return rejected(id, refused);
        } catch (ControlException refused) {
            return rejected(id, refused);
        } catch (ServiceException.NotRunning refused) {
            return rejected(id, refused);
        } catch (InvalidTaskException refused) {
            return rejected(id, refused);
        }
    }

    /** What would be an error elsewhere is a result here, and has the error's reason and number. */
    private static ObjectNode rejected(String id, RuntimeException why) throws Exception {
        if (!(Problems.told(why) instanceof RpcException error)) throw why;
        ObjectNode json =
                Json.object().put("job_id", id).put("status", "rejected").put("message", why.getMessage());
        return json.put("reason", error.data().path("reason").asText())
                .put("code", error.code().number());
    }

    private static Object submit(Surroundings around, RpcParams params) throws Exception {
        if (!JobForms.isGiven(params)) JobForms.of(params, Optional.empty());
        Optional<String> name = params.text("job_id");
        boolean dryRun = params.flag("dry_run", false);
        return orRejected(name.orElse(""), () -> submitted(around, JobForms.of(params, name), dryRun));
    }

    private static ObjectNode submitted(Surroundings around, JobForms form, boolean dryRun) throws Exception {
        return orRejected(form.spec().id(), () -> {
            Hosted hosted = around.control().service(form.spec().service());
            around.control().requireOpen(hosted);
            JobView view = hosted.jobs().submit(form.spec(), form.path(), dryRun);
            if (!dryRun) around.control().changed(hosted);
            ObjectNode json = accepted(view.id(), dryRun ? "the job is valid" : message(view, hosted));
            json.put("service", hosted.name());
            json.put("run", view.run());
            json.put("steps", view.steps().size());
            return json.put("dry_run", dryRun);
        });
    }

    private static String message(JobView view, Hosted hosted) throws Exception {
        return view.state() == JobState.QUEUED
                ? "queued: " + hosted.jobs().most() + " jobs may run at once"
                : "its steps may begin";
    }

    private static ObjectNode accepted(String id, String message) {
        return Json.object().put("job_id", id).put("status", "accepted").put("message", message);
    }

    private static Object resume(Surroundings around, RpcParams params) throws Exception {
        if (JobForms.isGiven(params)) return modify(around, params);
        String id = params.requiredText("job_id");
        return orRejected(id, () -> {
            Placed placed = JobMethods.placed(around.control(), params);
            if (placed.job().state().isEnd()) around.control().requireOpen(placed.hosted());
            return told(around, placed, placed.hosted().jobs().resume(id));
        });
    }

    private static Object modify(Surroundings around, RpcParams params) throws Exception {
        String id = params.requiredText("job_id");
        if (!JobForms.isGiven(params)) JobForms.of(params, Optional.empty());
        return orRejected(id, () -> {
            JobForms form = JobForms.of(params, Optional.of(id));
            Placed placed = JobMethods.placed(around.control(), params);
            around.control().requireOpen(placed.hosted());
            return told(around, placed, placed.hosted().jobs().modify(id, form.spec(), form.path()));
        });
    }

    private static ObjectNode told(Surroundings around, Placed placed, Jobs.Answer answer) throws Exception {
        around.control().changed(placed.hosted());
        return accepted(placed.job().id(), answer.message());
    }

    private static Object recover(Surroundings around, RpcParams params) throws Exception {
        Placed placed = JobMethods.placed(around.control(), params);
        Set<String> items = new TreeSet<>(params.texts("items"));
        if (params.has("sheet_num")) {
            long number = params.whole("sheet_num", 1, 1, placed.job().steps().size());
            items.add(placed.job().steps().get((int) number - 1).step().name());
        }
        boolean dryRun = params.flag("dry_run", false);
        Jobs.Recovery done = recovered(placed, items, params.text("from_item"), dryRun);
        if (!dryRun) around.control().changed(placed.hosted());
        ObjectNode json = Json.object().put("job_id", placed.job().id()).put("dry_run", dryRun);
        json.set("before", Json.tree(done.before()));
        json.set("after", Json.tree(done.after()));
        json.set("recovered", Json.tree(done.recovered()));
        json.set("reset", Json.tree(done.reset()));
        return json.put("message", message(done, dryRun));
    }

    private static Jobs.Recovery recovered(Placed placed, Set<String> items, Optional<String> from, boolean dryRun)
            throws Exception {
        try {
            return placed.hosted().jobs().recover(placed.job().id(), items, from, dryRun);
        } catch (JobException refused) {
            if (refused.reason() != JobException.Reason.UNKNOWN_STEP) throw refused;
            throw RpcException.invalidParam("items", String.valueOf(refused.getMessage()));
        }
    }

    private static String message(Jobs.Recovery done, boolean dryRun) {
        if (done.reset().isEmpty() && done.recovered().isEmpty())
            return "nothing is to be recovered: every step that was meant is done";
        if (done.reset().isEmpty()) return "every step that was meant has turned out to be done";
        return dryRun ? "nothing was written" : "the job is paused; resume it to run these steps";
    }
}
