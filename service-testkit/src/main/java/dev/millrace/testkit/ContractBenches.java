package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Sets up a bench for each test of a {@link QueueContract}, and clears it away afterwards. */
final class ContractBenches implements ParameterResolver {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(ContractBenches.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == ContractBench.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        ContractBench bench = benchFor((QueueContract) test.getRequiredTestInstance());
        test.getStore(OURS).put(ContractBench.class, bench);
        return bench;
    }

    private static ContractBench benchFor(QueueContract contract) {
        try {
            return new ContractBench(contract);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
