using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Native.Tests.Conformance;

public sealed class LlamaTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => LlamaRuntime.Open(modelPath);
}
