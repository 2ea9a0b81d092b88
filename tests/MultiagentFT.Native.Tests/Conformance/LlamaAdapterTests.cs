using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Native.Tests.Conformance;

public sealed class LlamaAdapterTests : AdapterConformance
{
    protected override IModelRuntime Open(string modelPath) => LlamaRuntime.Open(modelPath);
}
