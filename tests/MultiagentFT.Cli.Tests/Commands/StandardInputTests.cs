using System.Text.Json.Nodes;
using MultiagentFT.Cli.Tests.Processes;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Commands;

/// <summary><c>-</c> where a file or a text is expected.</summary>
public sealed class StandardInputTests : IDisposable
{
    private static readonly byte[] Problems = """
        {"question":"What is 1+1?","answer":"2"}
        {"question":"What is 2+1?","answer":"3"}

        """u8.ToArray();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_question()
    {
        var debate = (await Mft.WithInputAsync("What is 1?\n"u8.ToArray(), "debate", "-", "--model", Model(), "--max-new-tokens", "2", "--rounds", "1", "--json")).Succeeded();

        Assert.Equal("What is 1?", (string)JsonNode.Parse(debate.Output)!["question"]!);
    }

    /// <summary>The same transcripts as from a file.</summary>
    [Fact]
    public async Task Problems_and_their_transcripts()
    {
        var file = _folder.File("problems.jsonl");
        File.WriteAllBytes(file, Problems);
        string[] rest = ["--split", "all", "--model", Model(), "--count", "all", "--max-new-tokens", "3", "--agents", "2", "--output", "-"];

        var piped = (await Mft.WithInputAsync(Problems, ["generate", "--task", "-", .. rest])).Succeeded();
        var read = (await Mft.RunAsync(["generate", "--task", file, .. rest])).Succeeded();

        Assert.Equal(2, piped.Output.Trim().Split('\n').Length);
        Assert.Equal(read.Output, piped.Output);
    }

    [Fact]
    public async Task Conversations_to_learn_from()
    {
        var conversations = """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}]}"""u8.ToArray();
        var (file, model) = (_folder.File("conversations.jsonl"), Model());
        File.WriteAllBytes(file, conversations);
        // An adapter is named after its file.
        var output = _folder.File("adapter.gguf");
        string[] rest = ["--model", model, "--output", output, "--epochs", "1", "--rank", "2"];

        (await Mft.WithInputAsync(conversations, ["train", "--dataset", "-", .. rest])).Succeeded();
        var piped = File.ReadAllBytes(output);
        File.Delete(output);
        (await Mft.RunAsync(["train", "--dataset", file, .. rest])).Succeeded();

        Assert.Equal(File.ReadAllBytes(output), piped);
    }

    /// <summary>What a repeated command reads again cannot be standard input.</summary>
    [Fact]
    public async Task What_continues_needs_a_file()
    {
        var output = _folder.File("transcripts.jsonl");

        var generate = await Mft.WithInputAsync(Problems, "generate", "--task", "-", "--model", Model(), "--count", "1", "--output", output);
        var run = await Mft.WithInputAsync(Problems, "run", "--task", "-", "--model", Model(), "--output", _folder.File("run"));

        Assert.Equal([ExitCode.BadInput, ExitCode.BadInput], [generate.Code, run.Code]);
        Assert.Contains("--task: expected a file", generate.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    /// <summary>Bytes of Latin-1 would become other letters without a word.</summary>
    [Fact]
    public async Task Text_that_is_not_UTF_8_is_refused()
    {
        var question = await Mft.WithInputAsync([.. "co"u8, 0xFB, .. "te"u8], "debate", "-", "--model", Model());
        var task = await Mft.WithInputAsync([.. "{\"question\":\"co"u8, 0xFB, .. "te\",\"answer\":\"1\"}"u8], "eval", "--task", "-", "--model", Model());

        Assert.Equal([ExitCode.BadInput, ExitCode.BadInput], [question.Code, task.Code]);
        Assert.Contains("standard input: expected text in UTF-8", question.Error, StringComparison.Ordinal);
        Assert.Contains("standard-input.jsonl", task.Error, StringComparison.Ordinal);
    }

    private string Model() => TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { ContextLength = 2048 });
}
