using System.Text.Json.Nodes;
using MultiagentFT.Cli;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Remote.Tests.Endpoint;
using MultiagentFT.Testing;

namespace MultiagentFT.Remote.Tests.Commands;

public sealed class RemoteRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private volatile bool _wasKilled;

    public RemoteRunTests() => File.WriteAllText(_folder.File("key"), RemoteTest.Key);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_whole_method_runs_on_remote_models_and_its_society_is_served()
    {
        await using var fake = await FakeEndpoint.StartAsync(RemoteTest.Key);
        // A hostile endpoint repeats the key wherever it can.
        fake.Answer = call => Rule.Answer(call) + " " + RemoteTest.Key;

        var (code, output, error) = await Mft.RunAsync(Run(fake, "run", "--json"));

        Assert.True(code == ExitCode.Success, error);
        var summary = JsonNode.Parse(output)!;
        Assert.Equal(("openai:toy", "toy"), ((string)summary["model"]!["path"]!, (string)summary["model"]!["name"]!));
        Assert.Equal(["debate", "multiagent-ft", "multiagent-ft"], summary["methods"]!.AsArray().Select(method => (string)method!["name"]!));
        // Two iterations of two generators and two critics; those of the second begin with the models of the first.
        Assert.Equal(fake.Files.Count, fake.Jobs.Count);
        Assert.Contains(fake.Jobs.Values, job => job.Model.StartsWith("ft:toy:mft-", StringComparison.Ordinal));
        var before = TranscriptFile.Read(_folder.File("run/transcripts/debate-0-evaluation.jsonl")).SelectMany(transcript => transcript.Turns);
        var after = TranscriptFile.Read(_folder.File("run/transcripts/multiagent-ft-2-evaluation.jsonl")).SelectMany(transcript => transcript.Turns);
        Assert.All(before, turn => Assert.Equal(("toy-exact", "fp_1"), (turn.Served!.Id, turn.Served.Fingerprint)));
        Assert.All(after, turn => Assert.StartsWith("ft:", turn.Served!.Id, StringComparison.Ordinal));
        Assert.Contains("spent: ", error, StringComparison.Ordinal);
        AssertNoKey(output + error);

        var calls = fake.Calls.Count;
        var again = await Mft.RunAsync(Run(fake, "run", "--json"));
        Assert.Equal((output, calls), (again.Output, fake.Calls.Count));

        var debate = await Mft.RunAsync(
            "debate", "What is 21+7*18+12-8*28?", "--society", _folder.File("run"), "--api-key-file", _folder.File("key"), "--base-url", fake.BaseUrl);
        Assert.True(debate.Code == ExitCode.Success, debate.Error);
        Assert.All(fake.Calls.Skip(calls).Where(call => !call.Last.Contains("Summarize", StringComparison.Ordinal)), call => Assert.StartsWith("ft:", call.Model, StringComparison.Ordinal));
        AssertNoKey(debate.Output + debate.Error);

        // The folder may be somebody else's: it alone does not decide where a key of the environment goes.
        calls = fake.Calls.Count;
        string[] ask = ["debate", "What is 21+7*18+12-8*28?", "--society", _folder.File("run")];
        var refused = await Mft.RunWithKeyAsync(RemoteTest.Key, ask);
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains($"--base-url: expected --base-url {fake.BaseUrl} or --api-key-file on the command line", refused.Error, StringComparison.Ordinal);
        Assert.Equal(calls, fake.Calls.Count);
        var named = await Mft.RunWithKeyAsync(RemoteTest.Key, [.. ask, "--base-url", fake.BaseUrl]);
        Assert.True(named.Code == ExitCode.Success, named.Error);
        AssertNoKey(refused.Error + named.Output + named.Error);
    }

    /// <summary>
    /// Killed while it debates, when a job was created whose id it does not know yet, and while it evaluates, a run ends with the result of an undisturbed
    /// one, and has not paid for anything twice but for what was under way.
    /// </summary>
    [Fact]
    public async Task A_killed_run_continues_without_paying_twice()
    {
        await using var undisturbed = await FakeEndpoint.StartAsync();
        await using var fake = await FakeEndpoint.StartAsync();
        Assert.Equal(ExitCode.Success, (await Mft.RunAsync(Run(undisturbed, "undisturbed", "--concurrency", "1"))).Code);
        string[] command = Run(fake, "killed", "--concurrency", "1");
        var jobs = undisturbed.Jobs.Count;
        var calls = undisturbed.Calls.Count;

        foreach (var (call, job) in ((int, string?)[])[(calls / 5, null), (0, "ftjob-2"), (calls * 3 / 4, null)])
        {
            using var process = Mft.Start(command);
            fake.Trouble = (asked, _) => Task.FromResult(KillIf(process, asked.Number == call));
            fake.JobCreated = (created, _) => Task.FromResult(KillIf(process, created.Id == job));
            await process.WaitForExitAsync();
            Assert.True(_wasKilled, $"ended with code {process.ExitCode} before it was killed");
            _wasKilled = false;
        }
        fake.Trouble = (_, _) => Task.FromResult(false);
        fake.JobCreated = (_, _) => Task.CompletedTask;
        var (code, _, error) = await Mft.RunAsync(command);

        Assert.True(code == ExitCode.Success, error);
        Assert.Equal((jobs, jobs), (fake.Jobs.Count, fake.Files.Count));
        // One answer was under way at each of the two kills that met answers.
        Assert.InRange(fake.Calls.Count, calls, calls + 2);
        foreach (var file in Directory.EnumerateFiles(_folder.File("undisturbed/transcripts")).Select(Path.GetFileName))
            Assert.Equal(Answers("undisturbed", file!), Answers("killed", file!));
    }

    private bool KillIf(System.Diagnostics.Process process, bool now)
    {
        if (!now) return false;
        _wasKilled = true;
        process.Kill();
        return false;
    }

    [Fact]
    public async Task A_run_stops_within_its_budget_and_goes_on_with_a_larger_one()
    {
        await using var fake = await FakeEndpoint.StartAsync(RemoteTest.Key);

        var stopped = await Mft.RunAsync(Run(fake, "run", "--token-budget", "3000"));
        var spent = fake.Answered.Count;
        var again = await Mft.RunAsync(Run(fake, "run", "--token-budget", "3000"));
        var spentAgain = fake.Answered.Count;
        var done = await Mft.RunAsync(Run(fake, "run", "--token-budget", "3000000"));

        Assert.Equal((ExitCode.BadInput, ExitCode.BadInput), (stopped.Code, again.Code));
        Assert.Contains("remote.tokenBudget: expected room for what comes next", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(spent, spentAgain);
        Assert.True(done.Code == ExitCode.Success, done.Error);
        // Three evaluations and two debates of training problems, each with two answers, two summaries and two revisions: as many as an undisturbed run asks for.
        Assert.Equal(((3 * 4) + (2 * 8)) * 6, fake.Answered.Count);
        AssertNoKey(stopped.Error + done.Error);
    }

    [Fact]
    public async Task A_refused_key_leaves_no_folder_behind()
    {
        await using var fake = await FakeEndpoint.StartAsync("another");

        var (code, output, error) = await Mft.RunAsync(Run(fake, "run"));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("expected an API key that the endpoint accepts", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("run")));
        AssertNoKey(output + error);
    }

    private List<string?> Answers(string run, string file) =>
        [.. TranscriptFile.Read(_folder.File($"{run}/transcripts/{file}")).SelectMany(transcript => transcript.Turns).Select(turn => turn.Answer)];

    private string[] Run(FakeEndpoint fake, string folder, params string[] more) =>
    [
        "run", "--model", "openai:toy", "--base-url", fake.BaseUrl, "--api-key-file", _folder.File("key"), "--output", _folder.File(folder),
        "--training-problems", "8", "--evaluation-problems", "4", "--chunk-problems", "4", "--agents", "2", "--comparisons", "debate,multiagent-ft",
        "--minimum-votes", "1", "--minimum-examples", "1", "--generator-target", "first", "--all-critic-examples", "--stop", "never", .. more,
    ];

    /// <summary>Neither what was printed nor any file but the key's own holds the key.</summary>
    private void AssertNoKey(string printed)
    {
        Assert.DoesNotContain(RemoteTest.Key, printed, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => file != _folder.File("key")))
            Assert.False(File.ReadAllText(file).Contains(RemoteTest.Key, StringComparison.Ordinal), $"{file} holds the key");
    }
}
