using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Runs.Feedback;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class FeedbackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Agreement_is_shown_and_a_dataset_written()
    {
        Judge();

        var text = (await Mft.RunAsync("feedback", _folder.Path)).Succeeded().Output;
        var exported = (await Mft.RunAsync("feedback", _folder.Path, "--json", "--export", _folder.File("pairs.jsonl"))).Succeeded();

        Assert.Contains("Between people: 100.0 % of 1", text, StringComparison.Ordinal);
        Assert.Contains("With the vote: 100.0 % of 2", text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(exported.Output);
        Assert.Equal(2, json.RootElement.GetProperty("judgments").GetInt32());
        Assert.Equal(1.0, json.RootElement.GetProperty("betweenPeople").GetProperty("share").GetDouble());
        Assert.Contains("\"chosen\":[{\"role\":\"assistant\",\"content\":\"2\"}]", Assert.Single(File.ReadAllLines(_folder.File("pairs.jsonl"))), StringComparison.Ordinal);
        (await Mft.RunAsync("feedback", _folder.Path, "--export", _folder.File("labelled.jsonl"), "--objective", "kto")).Succeeded();
        Assert.Equal(2, File.ReadAllLines(_folder.File("labelled.jsonl")).Length);
    }

    /// <summary>The real trainer reads what was exported, alone and beside conversations.</summary>
    [Theory]
    [InlineData("dpo", 1)]
    [InlineData("kto", 2)]
    public async Task What_is_exported_is_learned(string objective, int lines)
    {
        Judge();
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var (exported, chats) = (_folder.File("exported.jsonl"), _folder.File("chats.jsonl"));
        DatasetFile.Write(chats, [new ChatExample([ChatMessage.User("What is 1+1?"), ChatMessage.Assistant("2")])]);
        (await Mft.RunAsync("feedback", _folder.Path, "--export", exported, "--objective", objective)).Succeeded();
        string[] train = ["train", "--model", model, "--output", _folder.File("agent.gguf"), "--rank", "2", "--epochs", "2", "--threads", "1", "--json"];

        var alone = (await Mft.RunAsync([.. train, "--dataset", exported, "--objective", objective])).Succeeded();
        var mixed = (await Mft.RunAsync([.. train, "--dataset", chats, "--preferences", exported])).Succeeded();

        Assert.Equal((lines, lines + 1), (ExamplesOf(alone), ExamplesOf(mixed)));

        static int ExamplesOf(MftResult result)
        {
            using var json = JsonDocument.Parse(result.Output);
            return json.RootElement.GetProperty("examples").GetInt32();
        }
    }

    [Fact]
    public async Task A_run_learns_it_in_every_iteration()
    {
        Judge();
        var (pairs, run) = (_folder.File("pairs.jsonl"), _folder.File("run"));
        (await Mft.RunAsync("feedback", _folder.Path, "--export", pairs)).Succeeded();
        string[] command =
        [
            "run", "--iterations", "1", "--training-problems", "4", "--evaluation-problems", "2", "--agents", "2", "--comparisons", "multiagent-ft",
            "--minimum-votes", "1", "--minimum-examples", "1", "--generator-target", "first", "--training-epochs", "1", "--max-new-tokens", "96",
        ];

        (await MftProcess.RunAsync([.. command, "--output", run, "--feedback", pairs])).Succeeded();
        var unreadable = await Mft.RunAsync([.. command, "--output", _folder.File("other"), "--feedback", _folder.File("none.jsonl")]);

        var examples = File.ReadAllLines(Path.Combine(run, "datasets/multiagent-ft/iteration-1/generator-1.jsonl")).Length;
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(run, "adapters/multiagent-ft/iteration-1/generator-1.json")));
        Assert.Equal(examples + 1, report.RootElement.GetProperty("examples").GetInt32());
        Assert.Equal(2, unreadable.Code);
        Assert.Contains("none.jsonl", unreadable.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("other")));
    }

    [Fact]
    public async Task What_is_no_run_or_no_feedback_is_told()
    {
        var none = await Mft.RunAsync("feedback", _folder.File("none"));
        Assert.Equal(2, none.Code);
        Assert.Contains("expected a run folder, found no such folder", none.Error, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("config.json"), "{}");
        Assert.Contains("No feedback yet", (await Mft.RunAsync("feedback", _folder.Path)).Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal(2, (await Mft.RunAsync("feedback", _folder.Path, "--objective", "kto")).Code);
        File.WriteAllText(_folder.File("feedback.jsonl"), "{\n");
        var broken = await Mft.RunAsync("feedback", _folder.Path, "--export", _folder.File("pairs.jsonl"));
        Assert.Equal(2, broken.Code);
        Assert.Contains("line 1", broken.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("pairs.jsonl")));
    }

    private void Judge()
    {
        File.WriteAllText(_folder.File("config.json"), "{}");
        var file = new FeedbackFile(_folder.File("feedback.jsonl"), TimeProvider.System);
        foreach (var person in (string[])["Ada", "Bo"])
            file.Prefer(person, [ChatMessage.User("What is 1+1?")], ("2", new AnswerOrigin("base", IsVote: true)), ("3", new AnswerOrigin("base", IsVote: false)));
    }
}
