using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MultiagentFT.Cli;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Remote.Tests.Endpoint;
using MultiagentFT.Testing;

namespace MultiagentFT.Remote.Tests.Commands;

/// <summary>
/// The method over HTTP at both ends: <c>mft run</c> by the official client against <c>mft serve</c>, which trains and decodes. Of the society the generators learn,
/// as every training is a process that loads libtorch.
/// </summary>
public sealed class ServedRunTests : IDisposable
{
    private const int AtATime = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Killed in a debate, when jobs were created whose ids it does not know (and the server killed while it trains), and while it evaluates, a run ends with
    /// the answers and adapters of an undisturbed one, and nothing but what was under way is asked for or trained twice.
    /// </summary>
    [Fact]
    public async Task A_run_that_is_killed_with_its_server_ends_as_an_undisturbed_one()
    {
        await using var calm = await ServeAsync("calm");
        await using var calmRelay = await Relay.StartAsync(calm.Address);
        await using var first = await ServeAsync("shaken");
        await using var relay = await Relay.StartAsync(first.Address);
        var undisturbed = Mft.RunAsync(Run(calmRelay, "calm"));

        await KillAsync(relay, kill => relay.OnCompletion = number => kill(number == 5));
        await KillAsync(relay, kill => relay.OnJob = number => kill(number == 2));
        while (!(await first.ListAsync("fine_tuning/jobs")).Any(job => job.GetProperty("status").GetString() == "running")) await Task.Delay(2);
        await first.KillAsync();
        await using var shaken = await ServeAsync("shaken");
        relay.Target = shaken.Address;
        var before = relay.Completions;
        await KillAsync(relay, kill => relay.OnCompletion = number => kill(number == before + 3));
        var resumed = await Mft.RunAsync(Run(relay, "shaken"));

        Assert.True((await undisturbed).Code == ExitCode.Success, (await undisturbed).Error);
        Assert.True(resumed.Code == ExitCode.Success, resumed.Error);
        Assert.Equal(Results((await undisturbed).Output), Results(resumed.Output));
        Assert.Equal(await AnswersAsync("calm"), await AnswersAsync("shaken"));
        Assert.Equal(Adapters("calm"), Adapters("shaken"));
        Assert.Equal(await CountsAsync(calm), await CountsAsync(shaken));
        // What was under way at each of the two kills that met answers.
        Assert.InRange(relay.Completions, calmRelay.Completions, calmRelay.Completions + (2 * AtATime));
    }

    private Task<ServeProcess> ServeAsync(string name) =>
        ServeProcess.StartAsync("--state", _folder.File($"{name}-state"), "--threads", "1", "--deterministic");

    /// <summary>Starts the run, and kills it when what <paramref name="watch"/> installs says so.</summary>
    private async Task KillAsync(Relay relay, Action<Action<bool>> watch)
    {
        var wasKilled = false;
        using var process = new ProcessHolder();
        watch(now =>
        {
            if (!now) return;
            wasKilled = true;
            process.Started.Task.Result.Kill();
        });
        process.Started.SetResult(Mft.Start(Run(relay, "shaken")));
        var run = await process.Started.Task;
        await run.WaitForExitAsync();
        (relay.OnCompletion, relay.OnJob) = (_ => { }, _ => { });
        Assert.True(wasKilled, $"ended with code {run.ExitCode} before it was killed");
    }

    private string[] Run(Relay relay, string folder) =>
    [
        "run", "--model", "openai:base", "--base-url", relay.BaseUrl, "--output", _folder.File(folder), "--iterations", "2", "--training-problems", "4",
        "--evaluation-problems", "3", "--chunk-problems", "2", "--agents", "2", "--comparisons", "debate,multiagent-ft-no-critics", "--minimum-votes", "1", "--minimum-examples", "1",
        "--generator-target", "first", "--stop", "never", "--max-new-tokens", "96", "--training-epochs", "1", "--concurrency", $"{AtATime}", "--json",
    ];

    /// <summary>Accuracies by method and iteration.</summary>
    private static List<string> Results(string json) =>
        [.. JsonNode.Parse(json)!["methods"]!.AsArray().Select(method => $"{method!["name"]} {method["iteration"]} {method["accuracy"]} {method["generatedTokens"]}")];

    private async Task<List<string>> AnswersAsync(string run)
    {
        var answers = new List<string>();
        foreach (var file in Directory.EnumerateFiles(_folder.File($"{run}/transcripts")).Order(StringComparer.Ordinal))
        {
            var turns = await Task.Run(() => TranscriptFile.Read(file).SelectMany(transcript => transcript.Turns).ToList());
            answers.AddRange(turns.Select(turn => $"{Path.GetFileName(file)} {turn.Speaker} {turn.Text}"));
        }
        return answers;
    }

    /// <summary>Hashes of what the server has trained.</summary>
    private List<string> Adapters(string server) =>
        [.. Directory.EnumerateFiles(_folder.File($"{server}-state/jobs"), "adapter.gguf", SearchOption.AllDirectories)
            .Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))).Order(StringComparer.Ordinal)];

    /// <summary>Uploaded files, and jobs, all of which have ended well.</summary>
    private static async Task<(int Files, int Jobs)> CountsAsync(ServeProcess server)
    {
        var jobs = await server.ListAsync("fine_tuning/jobs?limit=100");
        Assert.All(jobs, job => Assert.Equal("succeeded", job.GetProperty("status").GetString()));
        return ((await server.ListAsync("files")).Count, jobs.Count);
    }

    private sealed class ProcessHolder : IDisposable
    {
        public TaskCompletionSource<Process> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            if (Started.Task.IsCompletedSuccessfully) Started.Task.Result.Dispose();
        }
    }
}
