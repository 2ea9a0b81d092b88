using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Chaos;

/// <summary>
/// Runs on four hosts, where at random moments workers, the leader of a stream and the run itself are killed and a link is cut, come to the bytes of one
/// machine. <c>MFT_CHAOS=30</c> makes so many runs, as root; <c>MFT_CHAOS_SEED</c> is the first one's seed, <c>MFT_CHAOS_MINUTES</c> the most that a run
/// may take (8), and <c>MFT_CHAOS_FOLDER</c> keeps results and logs.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private const string RunsVariable = "MFT_CHAOS";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(
        int.TryParse(Environment.GetEnvironmentVariable("MFT_CHAOS_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? minutes : 8);
    private static readonly TimeSpan CutTime = TimeSpan.FromSeconds(20);

    private static readonly string[] Command =
    [
        "run", "--training-problems", "200", "--evaluation-problems", "10", "--iterations", "2", "--comparisons", "multiagent-ft", "--minimum-examples", "1",
        "--chunk-problems", "10", "--training-epochs", "1", "--agents", "2",
    ];

    private readonly TemporaryFolder _files = new();

    [Fact]
    public async Task Nothing_is_lost_and_nothing_is_counted_twice()
    {
        Assert.SkipUnless(int.TryParse(Environment.GetEnvironmentVariable(RunsVariable), CultureInfo.InvariantCulture, out var runs) && runs > 0, $"{RunsVariable} asks for it");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "namespaces take root");
        var folder = Environment.GetEnvironmentVariable("MFT_CHAOS_FOLDER") ?? _files.File("chaos");
        Directory.CreateDirectory(folder);
        _ = ulong.TryParse(Environment.GetEnvironmentVariable("MFT_CHAOS_SEED"), CultureInfo.InvariantCulture, out var first);
        (await MftProcess.RunAsync([.. Command, "--output", Path.Combine(folder, "alone")])).Succeeded();
        var expected = Content(Path.Combine(folder, "alone"));
        var failures = new List<string>();
        for (var run = 0; run < runs; run++)
        {
            var seed = first + (ulong)run;
            var report = await OneAsync(Path.Combine(folder, $"seed-{seed}"), new Seed(seed), expected);
            File.AppendAllLines(Path.Combine(folder, "results.txt"), [$"seed {seed}: {report.Line}"]);
            if (!report.IsSame) failures.Add($"seed {seed}: {report.Line}");
        }
        Assert.Empty(failures);
    }

    public void Dispose() => _files.Dispose();

    private static async Task<(bool IsSame, string Line)> OneAsync(string folder, Seed seed, IReadOnlyDictionary<string, string> expected)
    {
        using var end = new CancellationTokenSource(Longest);
        var output = Path.Combine(folder, "run");
        var started = Stopwatch.StartNew();
        await using var house = new ChaosHouse(folder, [.. Command, "--output", output]);
        var events = new ConcurrentQueue<string>();
        void Tell(string what)
        {
            events.Enqueue(what);
            File.AppendAllLines(Path.Combine(folder, "events.log"), [string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {started.Elapsed.TotalSeconds,6:0.0} s  {what}")]);
        }

        try
        {
            await house.StartAsync(end.Token);
            house.Run.Start();
            var (kills, exit) = await new Mischief(house, seed, Tell, CutTime).UntilAsync(end.Token);
            var summary = string.Create(CultureInfo.InvariantCulture, $"{started.Elapsed.TotalSeconds:0} s, {kills}");
            if (exit != 0) return (false, $"FAILED, exit code {exit}, {summary}");
            var found = Content(output);
            var different = expected.Keys.Union(found.Keys).Where(path => expected.GetValueOrDefault(path) != found.GetValueOrDefault(path)).Order(StringComparer.Ordinal).ToList();
            if (different.Count > 0) return (false, $"FAILED, other bytes in {string.Join(", ", different)}, {summary}");
            var (work, results) = (await house.MessagesAsync("mft-work", end.Token), await house.MessagesAsync("mft-results", end.Token));
            return work + results == 0 ? (true, $"same bytes, {summary}") : (false, $"FAILED, {work} pieces of work and {results} results are left, {summary}");
        }
        catch (OperationCanceledException)
        {
            return (false, string.Create(CultureInfo.InvariantCulture, $"FAILED, no end after {Longest.TotalMinutes} minutes, {events.Count} events"));
        }
    }

    /// <summary>What a run has answered, taught, learned and measured: every file of it, and the summary but for how long it took.</summary>
    private static Dictionary<string, string> Content(string run) => ((string[])["transcripts", "datasets", "adapters"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(run, folder), "*", SearchOption.AllDirectories))
        .Where(path => Path.GetExtension(path) is ".jsonl" or ".gguf")
        .ToDictionary(path => Path.GetRelativePath(run, path), path => Convert.ToHexString(File.ReadAllBytes(path)))
        .Append(new("summary.json", string.Join('\n', File.ReadLines(Path.Combine(run, "summary.json")).Where(line => !line.Contains("econds\"", StringComparison.Ordinal)))))
        .ToDictionary(file => file.Key, file => file.Value);
}
