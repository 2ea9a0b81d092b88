using System.Diagnostics;
using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Cluster.Tests.Servers;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary>Work spread over processes of the real program.</summary>
public sealed class ClusterTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    [Fact]
    public async Task A_run_on_two_workers_of_which_one_is_killed_comes_to_the_bytes_of_one_process()
    {
        string[] run =
        [
            "run", "--training-problems", "16", "--evaluation-problems", "6", "--iterations", "1", "--chunk-problems", "4", "--agents", "2",
            "--comparisons", "debate,multiagent-ft", "--training-epochs", "1", "--minimum-votes", "1", "--minimum-examples", "1", "--stop", "never", "--generator-target", "first",
        ];
        (await MftProcess.RunAsync([.. run, "--output", _files.File("alone"), "--tensorboard", _files.File("alone-curves")])).Succeeded();
        using var server = new NatsServer();
        using var victim = MftProcess.Begin("work", "--nats", server.Url, "--name", "victim", "--trainers", "2");
        using var heir = MftProcess.Begin("work", "--nats", server.Url, "--name", "heir", "--trainers", "2");
        try
        {
            var spread = await MftProcess.RunAndActAtAsync(
                "multiagent-ft 1, training problems", victim.Kill, [.. run, "--output", _files.File("spread"), "--nats", server.Url, "--lease", "2", "--tensorboard", _files.File("spread-curves")]);
            spread.Succeeded();

            var files = Files("alone");
            Assert.Equal(files, Files("spread"));
            Assert.Equal(4, files.Keys.Count(path => path.EndsWith(".gguf", StringComparison.Ordinal)));
            Assert.Equal(["diversity/debate-0.json", "diversity/multiagent-ft-1.json"], files.Keys.Where(path => path.StartsWith("diversity", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Equal(Summary("alone"), Summary("spread"));
            var curves = Curves("alone-curves");
            Assert.Equal(4, curves.Count);
            Assert.Equal(curves, Curves("spread-curves"));
            var status = (await MftProcess.RunAsync("cluster", "--nats", server.Url, "--json")).Succeeded();
            using var shown = JsonDocument.Parse(status.Output);
            Assert.Contains("heir", shown.RootElement.GetProperty("workers").EnumerateArray().Select(worker => worker.GetProperty("name").GetString()));
            Assert.Equal(0, shown.RootElement.GetProperty("work").GetInt64());

            // Asked to stop, a worker leaves with success.
            using var term = Process.Start("kill", ["-TERM", $"{heir.Id}"]);
            await heir.WaitForExitAsync();
            Assert.Equal(ExitCode.Success, heir.ExitCode);
        }
        finally
        {
            foreach (var worker in (Process[])[victim, heir])
            {
                if (!worker.HasExited) worker.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Curves by their place; beside each is one for TensorBoard, whose times are others.</summary>
    private Dictionary<string, string> Curves(string folder)
    {
        var files = Directory.GetFiles(_files.File(folder), "curve.jsonl", SearchOption.AllDirectories);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "events.out.tfevents.mft")), file));
        return files.ToDictionary(file => Path.GetRelativePath(_files.File(folder), file), File.ReadAllText);
    }

    [Theory]
    [InlineData("run", "--priority", "1")]
    [InlineData("eval", "--same-kernels")]
    [InlineData("generate", "--count", "1", "--output", "x.jsonl", "--nats-creds", "x")]
    public async Task Options_of_a_cluster_without_one_are_refused(params string[] arguments)
    {
        var result = await Mft.RunAsync(arguments);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Contains("expected --nats, found options that would be ignored", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("work", "--nats", "nats://127.0.0.1:1")]
    [InlineData("work", "--nats", "nats://127.0.0.1:1", "--name", "a b")]
    [InlineData("work", "--nats", "nats://127.0.0.1:1", "--cache-size", "lots")]
    [InlineData("work", "--nats", "nats://127.0.0.1:1", "--models", "/nowhere")]
    [InlineData("work", "--nats", "nats://127.0.0.1:1", "--no-debates", "--trainers", "0")]
    [InlineData("cluster", "--nats", "nats://127.0.0.1:1")]
    [InlineData("eval", "--problems", "1", "--nats", "nats://127.0.0.1:1")]
    [InlineData("eval", "--problems", "1", "--nats", "nats://127.0.0.1:1", "--lease", "0")]
    [InlineData("eval", "--problems", "1", "--nats", "nats://127.0.0.1:1", "--nats-cert", "/nowhere")]
    public async Task Bad_input_is_one_sentence(params string[] arguments)
    {
        var result = await Mft.RunAsync(arguments);

        Assert.Equal(ExitCode.BadInput, result.Code);
        Assert.Matches("^mft: .*expected .*, found .*\n$", result.Error);
    }

    public void Dispose() => _files.Dispose();

    /// <summary>What a run has answered, taught and learned.</summary>
    private Dictionary<string, string> Files(string run) => ((string[])["transcripts", "datasets", "adapters", "diversity"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_files.File(run), folder), "*", SearchOption.AllDirectories))
        .Where(path => Path.GetExtension(path) is ".jsonl" or ".gguf" || Path.GetFileName(Path.GetDirectoryName(path)) == "diversity")
        .ToDictionary(path => Path.GetRelativePath(_files.File(run), path), path => Convert.ToHexString(File.ReadAllBytes(path)));

    /// <summary>All but how long it took.</summary>
    private string[] Summary(string run) =>
        [.. File.ReadLines(Path.Combine(_files.File(run), "summary.json")).Where(line => !line.Contains("econds\"", StringComparison.Ordinal))];
}
