using MultiagentFT.Cli.Setup;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Serving;
using MultiagentFT.Testing;

namespace MultiagentFT.Cli.Tests.Setup;

public sealed class GenerationJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.gguf")]
    [InlineData("adapter.gguf")]
    [InlineData("task.jsonl")]
    public void A_file_with_other_content_is_another_job(string changed)
    {
        foreach (var name in (string[])["model.gguf", "adapter.gguf", "task.jsonl"]) File.WriteAllText(_folder.File(name), name);
        Claim(4);
        Claim(4);
        File.WriteAllText(_folder.File(changed), "other content");

        var error = Assert.Throws<InputException>(() => Claim(4));

        Assert.Contains($"found {_folder.File(changed)} with other content (SHA-256 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_options_are_another_job()
    {
        foreach (var name in (string[])["model.gguf", "adapter.gguf", "task.jsonl"]) File.WriteAllText(_folder.File(name), name);
        Claim(4);

        Assert.EndsWith("found one of another job", Assert.Throws<InputException>(() => Claim(5)).Message, StringComparison.Ordinal);
    }

    private void Claim(int problems)
    {
        var config = new RunConfig { Model = _folder.File("model.gguf"), Task = _folder.File("task.jsonl") };
        var speakers = Speakers.OfFiles(config, [_folder.File("adapter.gguf")]);
        GenerationJob.Of(Method.Debate, Split.Training, problems, speakers).Claim(_folder.File("debates.jsonl"));
    }
}
