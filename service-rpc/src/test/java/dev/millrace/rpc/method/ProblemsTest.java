package dev.millrace.rpc.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.rpc.RpcErrorCode;
import dev.millrace.rpc.RpcException;
import dev.millrace.storage.LockHeldException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    @Test
    void a_lock_that_others_hold_for_too_long_is_a_reason_to_try_again_and_no_fault_of_the_daemon() {
        assertThat(Problems.told(new LockHeldException(Path.of("control/jobs/lock"))))
                .isInstanceOfSatisfying(RpcException.class, error -> {
                    assertThat(error.code()).isEqualTo(RpcErrorCode.RESOURCE_EXHAUSTED);
                    assertThat(error.data().path("reason").asText()).isEqualTo("busy");
                })
                .hasMessageContaining("control/jobs/lock");
    }
}
