using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Tests.Conformance;

namespace MultiagentFT.LLamaSharp.Tests;

public sealed class LLamaSharpContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => LLamaSharpRuntime.Open(modelPath);
}

public sealed class LLamaSharpAdapterTests : AdapterConformance
{
    protected override IModelRuntime Open(string modelPath) => LLamaSharpRuntime.Open(modelPath);
}

public sealed class LLamaSharpTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => LLamaSharpRuntime.Open(modelPath);
}

public sealed class LLamaSharpScoringTests : ScoringConformance
{
    protected override IModelRuntime Open(string modelPath) => LLamaSharpRuntime.Open(modelPath);
}
