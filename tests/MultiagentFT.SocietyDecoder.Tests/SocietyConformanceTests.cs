using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Tests.Conformance;

namespace MultiagentFT.SocietyDecoder.Tests;

public sealed class SocietyContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => SocietyRuntime.Open(modelPath);
}

public sealed class SocietyAdapterTests : AdapterConformance
{
    protected override IModelRuntime Open(string modelPath) => SocietyRuntime.Open(modelPath);
}

public sealed class SocietyTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => SocietyRuntime.Open(modelPath);
}
