using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native.Tests.Conformance;

namespace MultiagentFT.Decoder.Tests;

public sealed class CpuContextTests : ContextConformance
{
    protected override IModelRuntime Open(string modelPath) => CpuRuntime.Open(modelPath);
}

public sealed class CpuAdapterTests : AdapterConformance
{
    /// <summary>Factors are kept in float16.</summary>
    protected override float FactorTolerance => 4e-3f;

    protected override IModelRuntime Open(string modelPath) => CpuRuntime.Open(modelPath);
}

public sealed class CpuTokenizerTests : TokenizerConformance
{
    protected override IModelRuntime Open(string modelPath) => CpuRuntime.Open(modelPath);
}

public sealed class CpuScoringTests : ScoringConformance
{
    /// <summary>A row does not depend on those beside it; sampling takes exponentials in single precision.</summary>
    protected override double Tolerance => 1e-6;

    protected override IModelRuntime Open(string modelPath) => CpuRuntime.Open(modelPath);
}
