using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Native.Tests.Conformance;

public sealed class LlamaScoringTests : ScoringConformance
{
    protected override IModelRuntime Open(string modelPath) => LlamaRuntime.Open(modelPath);
}
