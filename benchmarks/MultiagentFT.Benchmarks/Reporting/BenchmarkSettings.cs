using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace MultiagentFT.Benchmarks.Reporting;

/// <summary>
/// In-process, because the native libraries lie beside this program; a few long iterations, because one is a whole
/// workload of a second or more.
/// </summary>
internal static class BenchmarkSettings
{
    public static IConfig Create() => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(1)
            .WithIterationCount(9)
            .WithInvocationCount(1)
            .WithUnrollFactor(1))
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddColumn(StatisticColumn.Median, new TokensPerSecondColumn())
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(new ResultExporter(TimeProvider.System));
}
