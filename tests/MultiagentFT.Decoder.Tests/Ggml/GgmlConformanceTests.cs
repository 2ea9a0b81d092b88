using MultiagentFT.Decoder.Ggml;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Tests.Conformance;

namespace MultiagentFT.Decoder.Tests.Ggml;

public sealed class GgmlContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => TestDevice.Open(modelPath);
}

public sealed class GgmlFlashAttentionContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => TestDevice.Open(modelPath, flashAttention: true);
}

public sealed class GgmlAdapterTests : AdapterConformance
{
    protected override IModelRuntime Open(string modelPath) => TestDevice.Open(modelPath);
}

public sealed class GgmlTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => GgmlRuntime.Open(modelPath);
}

public sealed class GgmlScoringTests : ScoringConformance
{
    protected override double Tolerance => 1e-4;

    protected override IModelRuntime Open(string modelPath) => TestDevice.Open(modelPath);
}
