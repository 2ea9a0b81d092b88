using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Tests.Conformance;

namespace MultiagentFT.Decoder.Tests;

public sealed class SocietyContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => SocietyRuntime.Open(modelPath);
}

public sealed class SocietyAdapterTests : AdapterConformance
{
    /// <summary>Factors are kept in float16.</summary>
    protected override float FactorTolerance => 4e-3f;

    protected override IModelRuntime Open(string modelPath) => SocietyRuntime.Open(modelPath);
}

public sealed class SocietyTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => SocietyRuntime.Open(modelPath);
}
