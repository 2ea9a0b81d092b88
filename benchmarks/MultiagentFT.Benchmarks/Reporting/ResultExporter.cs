using System.Text.Json;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;
using Summary = BenchmarkDotNet.Reports.Summary;

namespace MultiagentFT.Benchmarks.Reporting;

/// <summary>Writes one JSON file a benchmark class: results with date, commit and machine.</summary>
internal sealed class ResultExporter(TimeProvider time) : IExporter
{
    public string Name => "results";

    public void ExportToLog(Summary summary, ILogger logger)
    {
    }

    public IEnumerable<string> ExportToFiles(Summary summary, ILogger consoleLogger)
    {
        foreach (var group in summary.BenchmarksCases.GroupBy(benchmark => benchmark.Descriptor.Type))
        {
            var path = Path.GetFullPath(Path.Combine("benchmarks", "results", group.Key.Name + ".json"));
            var results = group.Select(benchmark => new
            {
                benchmark = benchmark.Descriptor.WorkloadMethod.Name,
                parameters = benchmark.Parameters.ValueInfo,
                baseline = benchmark.Descriptor.Baseline,
                medianMilliseconds = summary[benchmark]?.ResultStatistics?.Median / 1e6,
                tokensPerSecond = TokensPerSecondColumn.Of(summary, benchmark),
                allocatedBytes = summary[benchmark]?.GcStats.GetBytesAllocatedPerOperation(benchmark),
            });
            var document = new
            {
                benchmark = group.Key.Name,
                date = time.GetUtcNow().ToString("yyyy-MM-dd"),
                commit = ProductVersion.Current.Commit,
                machine = Machine.Current(),
                results,
            };
            AtomicFile.WriteText(path, JsonSerializer.Serialize(document, JsonFormats.Indented) + "\n");
            yield return path;
        }
    }
}
