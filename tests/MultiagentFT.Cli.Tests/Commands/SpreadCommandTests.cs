using System.Diagnostics;
using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary>Commands whose work is spread come to the bytes of one process, and export what they measure.</summary>
public sealed class SpreadCommandTests : IDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly NatsServer _server = new();
    private readonly Collector _collector = new();
    private readonly Process _worker;

    public SpreadCommandTests()
    {
        _worker = MftProcess.Start(["work", "--nats", _server.Url, "--name", "worker"], [.. _collector.Variables, ("OTEL_SERVICE_NAME", "the-worker")]);
        _worker.OutputDataReceived += (_, _) => { };
        _worker.ErrorDataReceived += (_, _) => { };
        _worker.BeginOutputReadLine();
        _worker.BeginErrorReadLine();
    }

    [Fact]
    public async Task Generate_eval_and_experiment_come_to_the_bytes_of_one_process_and_export_metrics_and_traces()
    {
        // Transcripts, datasets and pairs of what was debated.
        foreach (var (where, nats) in Ways())
        {
            (await MftProcess.RunAsync(
                [
                    "generate", "--count", "10", "--chunk-problems", "4", "--agents", "2", "--minimum-votes", "1", "--output", _files.File($"{where}.jsonl"),
                    "--datasets", _files.File($"{where}-datasets"), "--preferences", _files.File($"{where}-pairs.jsonl"), .. nats,
                ])).Succeeded();
        }
        Same("alone.jsonl", "spread.jsonl");
        Same("alone-pairs.jsonl", "spread-pairs.jsonl");
        var datasets = Directory.GetFiles(_files.File("alone-datasets")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(datasets);
        Assert.Equal(datasets, Directory.GetFiles(_files.File("spread-datasets")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in datasets) Same($"alone-datasets/{file}", $"spread-datasets/{file}");

        // What is measured, but for the time that it took; the one whose work is spread exports, too.
        var measured = new List<string>();
        foreach (var (where, nats) in Ways())
        {
            var result = (await MftProcess.RunAsync(
                [.. _collector.Variables, ("OTEL_SERVICE_NAME", "the-run")],
                ["eval", "--problems", "10", "--chunk-problems", "4", "--method", "majority", "--agents", "3", "--json", "--output", _files.File($"{where}-eval.jsonl"), .. nats])).Succeeded();
            using var json = JsonDocument.Parse(result.Output);
            measured.Add(string.Join('\n', json.RootElement.EnumerateObject().Where(property => property.Name != "seconds").Select(property => property.ToString())));
        }
        Same("alone-eval.jsonl", "spread-eval.jsonl");
        Assert.Equal(measured[0], measured[1]);

        // Two runs pooled.
        await File.WriteAllTextAsync(
            _files.File("two.json"),
            """{"name":"two","seeds":[1,2],"run":{"comparisons":["base","debate"],"evaluationProblems":6,"trainingProblems":4,"chunkProblems":3,"iterations":0,"debate":{"agents":2}}}""");
        foreach (var (where, nats) in Ways())
            (await MftProcess.RunAsync(["experiment", _files.File("two.json"), "--output", _files.File($"{where}-two"), .. nats])).Succeeded();
        var runs = Directory.GetFiles(_files.File("alone-two"), "*.jsonl", SearchOption.AllDirectories).Where(file => file.Contains("transcripts", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(_files.File("alone-two"), file)).ToList();
        Assert.Equal(4, runs.Count);
        foreach (var file in runs) Same($"alone-two/{file}", $"spread-two/{file}");
        Assert.Equal(Table("alone-two"), Table("spread-two"));

        using (var term = Process.Start("kill", ["-TERM", $"{_worker.Id}"])) await term.WaitForExitAsync();
        await _worker.WaitForExitAsync();
        Assert.Equal(ExitCode.Success, _worker.ExitCode);
        // Protobuf keeps names as they are.
        Assert.True(_collector.Has("/v1/traces", "the-run", "ask debate"));
        Assert.True(_collector.Has("/v1/metrics", "the-run", "mft.cluster.work.ended"));
        Assert.True(_collector.Has("/v1/traces", "the-worker", "do debate"));
        Assert.True(_collector.Has("/v1/metrics", "the-worker", "mft.worker.tries"));
    }

    public void Dispose()
    {
        if (!_worker.HasExited) _worker.Kill(entireProcessTree: true);
        _worker.Dispose();
        _server.Dispose();
        _collector.Dispose();
        _files.Dispose();
    }

    private IEnumerable<(string Where, string[] Nats)> Ways() => [("alone", []), ("spread", ["--nats", _server.Url])];

    private void Same(string left, string right) => Assert.Equal(File.ReadAllText(_files.File(left)), File.ReadAllText(_files.File(right)));

    /// <summary>The pooled results, but for times.</summary>
    private string[] Table(string folder) =>
        [.. File.ReadLines(Path.Combine(_files.File(folder), "results.json")).Where(line => !line.Contains("econds\"", StringComparison.Ordinal))];
}
