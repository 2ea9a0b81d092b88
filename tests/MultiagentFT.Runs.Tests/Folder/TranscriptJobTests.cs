using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Folder;

public sealed class TranscriptJobTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public TranscriptJobTests()
    {
        foreach (var name in (string[])["model.gguf", "adapter.gguf", "task.jsonl"]) _files.Write(name, name);
    }

    private AnsweringConfig Config => new() { Model = _files.At("model.gguf"), Task = _files.At("task.jsonl") };

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("model.gguf")]
    [InlineData("adapter.gguf")]
    [InlineData("task.jsonl")]
    public void FileWithOtherContentIsAnotherJob(string changed)
    {
        Claim(4);
        Claim(4);
        _files.Write(changed, "other content");

        Assert.Contains($"{_files.At(changed)}: expected SHA-256 ", Refusal(() => Claim(4)));
    }

    [Fact]
    public void EveryDifferenceIsNamed()
    {
        Claim(4);

        var message = Refusal(() => Claim(3, Config with { Seed = 9, Debate = new() { Agents = 4 } }));

        Assert.StartsWith(_files.At("debates.jsonl") + ": holds the answers of another job", message);
        Assert.Contains("\n  problems: expected 4, found 3", message);
        Assert.Contains("\n  seed: expected 1, found 9", message);
        Assert.Contains("\n  debate.agents: expected 3, found 4", message);
        Assert.DoesNotContain("model", message.Split('\n', 2)[1]);
    }

    /// <summary>The old end stays the end of a chunk, however often the file is extended.</summary>
    [Fact]
    public void MoreProblemsExtendTheFile()
    {
        Assert.Null(Claim(4).Parts);
        Assert.Equal([4], Claim(6).Parts);
        Assert.Equal([4], Claim(6).Parts);
        Assert.Equal([4, 6], Claim(9).Parts);
        Assert.Contains("problems: expected 9, found 6", Refusal(() => Claim(6)));
    }

    [Fact]
    public void FilesMayMoveTogether()
    {
        Claim(4);
        var other = Directory.CreateDirectory(_files.At("moved")).FullName;
        foreach (var file in Directory.GetFiles(_files.Root)) File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        Assert.DoesNotContain(_files.Root, File.ReadAllText(_files.At("debates.jsonl.job.json")));

        var config = new AnsweringConfig { Model = Path.Combine(other, "model.gguf"), Task = Path.Combine(other, "task.jsonl") };
        var job = TranscriptJob.Of("debate", Split.Training, 6, config, [new AgentAdapter("adapter-1", 1, Path.Combine(other, "adapter.gguf"))]);

        Assert.Equal([4], job.Claim(Path.Combine(other, "debates.jsonl")).Parts);
    }

    [Fact]
    public void SecondsOfAllAttemptsAddUp()
    {
        Claim(4).Spend(_files.At("debates.jsonl"), 1.5);
        Claim(4).Spend(_files.At("debates.jsonl"), 2);

        Assert.Equal(3.5, Claim(4).Seconds);
    }

    [Fact]
    public void HowFastItGoesIsNoDifference()
    {
        Claim(4);
        Claim(4, Config with { Engine = new() { Threads = 3, Slots = 5, KeptSlots = 2, BatchTokens = 64, Lanes = 2, Memory = "6GiB" } });

        Assert.Contains("engine.slotContext: expected 1024, found 2048", Refusal(() => Claim(4, Config with { Engine = new() { SlotContext = 2048 } })));
    }

    [Fact]
    public void SettingsThatAnOlderFileLacksHaveTheirDefaults()
    {
        Claim(4);
        var path = _files.At("debates.jsonl.job.json");
        var text = File.ReadAllText(path);
        Assert.Contains("\"minP\": 0", text);
        File.WriteAllText(path, text.Replace("\"topP\": 0.9,", "").Replace("\"keyValueType\": \"f16\",", ""));

        Claim(4);
    }

    [Fact]
    public void JobOfTheFirstVersionIsRefusedBySayingSo()
    {
        _files.Write("debates.jsonl.job.json", """{ "method": "debate" }""");

        Assert.Contains("debates.jsonl.job.json: expected format 2, found no \"format\", as version 1 wrote it", Refusal(() => Claim(4)));
    }

    [Fact]
    public void TranscriptsWithoutAJobAreRefused()
    {
        _files.Write("debates.jsonl", "");

        Assert.Contains("debates.jsonl: expected a new file, or one with its job in ", Refusal(() => Claim(4)));
    }

    private static string Refusal(Action claim) => Assert.Throws<InputException>(claim).Message;

    private TranscriptJob Claim(int problems) => Claim(problems, Config);

    private TranscriptJob Claim(int problems, AnsweringConfig config) => TranscriptJob
        .Of("debate", Split.Training, problems, config, [new AgentAdapter("adapter-1", 1, _files.At("adapter.gguf"))])
        .Claim(_files.At("debates.jsonl"));
}
