using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Native.Tests.Conformance;

public sealed class LlamaTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => LlamaRuntime.Open(modelPath);
}

public sealed class LlamaContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => LlamaRuntime.Open(modelPath);
}

public sealed class LlamaAdapterTests : AdapterConformance
{
    protected override IModelRuntime Open(string modelPath) => LlamaRuntime.Open(modelPath);
}
