using System.Text.Json;
using MultiagentFT.Cli.Tests.Processes;
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
