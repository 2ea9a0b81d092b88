using System.Text.Json.Nodes;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Configuration;

public sealed class RunConfigFileTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void KeysLeftOutKeepTheirDefaults()
    {
        var path = _files.Write(
            "run.json", """{ /* fewer */ "iterations": 1, "debate": { "sampling": { "topP": 0.5 } }, "model": "m.gguf", }""");

        var config = RunConfigFile.Read(path, new RunConfig { Seed = 7, Debate = new() { Agents = 5 } });

        Assert.Equal((1, 7UL, 5, 0.5f), (config.Iterations, config.Seed, config.Debate.Agents, config.Debate.Sampling.TopP));
        Assert.Equal((1000, 500, 100), (config.TrainingProblems, config.EvaluationProblems, config.ChunkProblems));
        Assert.Equal(Split.Evaluation, config.EvaluationSplit);
        Assert.Equal(_files.At("m.gguf"), config.Model);
        Assert.Equal(MethodCatalog.Default.DefaultKeys, config.Methods);
    }

    [Fact]
    public void WrittenIsRead()
    {
        var config = new RunConfig
        {
            Model = _files.At("m.gguf"),
            Methods = ["multiagent-ft", "base"],
            Seed = ulong.MaxValue,
            Datasets = new() { CriticNegativeShare = null },
        };
        RunConfigFile.Write(_files.At("config.json"), config);

        Assert.Equal(RunConfigFile.ToJson(config), RunConfigFile.ToJson(RunConfigFile.Read(_files.At("config.json"))));
        Assert.Contains("\"multiagent-ft\"", File.ReadAllText(_files.At("config.json")));
        Assert.Null(RunConfigFile.Read(_files.At("config.json")).Datasets.CriticNegativeShare);
    }

    [Fact]
    public void PathsInAFileStartAtItsFolder()
    {
        RunConfigFile.Write(_files.At("config.json"), new RunConfig { Model = _files.At("models/m.gguf"), Task = _files.At("t.jsonl"), Grading = GradingMode.Strict });

        var text = File.ReadAllText(_files.At("config.json"));
        var config = RunConfigFile.Read(_files.At("config.json"));

        Assert.Contains("\"model\": \"models/m.gguf\"", text);
        Assert.Contains("\"grading\": \"strict\"", text);
        Assert.DoesNotContain(_files.Root, text);
        Assert.Equal((_files.At("models/m.gguf"), _files.At("t.jsonl"), GradingMode.Strict), (config.Model, config.Task, config.Grading));
    }

    [Fact]
    public void SchemaHasAKeyForEverySetting()
    {
        var schema = JsonNode.Parse(RunConfigFile.Schema<RunConfig>())!["properties"]!.AsObject();
        var config = JsonNode.Parse(RunConfigFile.ToJson(new RunConfig()))!.AsObject();

        Assert.Equal(config.Select(member => member.Key), schema.Select(member => member.Key));
    }

    [Theory]
    [InlineData("""{ "grading": "lax" }""", "grading: expected default, strict, found \"lax\"", "")]
    [InlineData("""{ "model": "a\u0000b" }""", "model: expected a path without NUL", "")]
    [InlineData("""{ "iteratons": 1 }""", "found an unknown key (did you mean iterations?)", "")]
    [InlineData("""{ "datasets": { "minimumVotes": 4 } }""", "datasets.minimumVotes: expected 1 to the 3 agents that vote, found 4", "")]
    [InlineData("""{ "itterations": 1 }""", "itterations: expected one of model, task, comparisons,", "found an unknown key")]
    [InlineData("""{ "debate": { "agent": 1 } }""", "debate.agent: expected one of agents, rounds,", "found an unknown key")]
    [InlineData("""{ "iterations": "two" }""", "iterations: expected a whole number, found \"two\"", "")]
    [InlineData("""{ "iterations": 1.5 }""", "iterations: expected a whole number, found 1.5", "")]
    [InlineData("""{ "iterations": null }""", "iterations: expected a whole number, found null", "")]
    [InlineData("""{ "iterations": 101 }""", "iterations: expected 0 to 100, found 101", "")]
    [InlineData("""{ "iterations": 0, "comparisons": ["multiagent-ft"] }""", "iterations: expected 1 or more, as only finetuned", "found 0")]
    [InlineData("""{ "seed": -1 }""", "seed: expected a whole number of 0 or more, found -1", "")]
    [InlineData("""{ "debate": 3 }""", "debate: expected an object, found 3", "")]
    [InlineData("""{ "prompts": null }""", "prompts: expected an object, found null", "")]
    [InlineData("""{ "prompts": { "fewShot": [{ "role": "user" }] } }""", "prompts.fewShot[0]: expected content in it, found no such key", "")]
    [InlineData("""{ "prompts": { "fewShot": [{ "role": "user", "content": "a" }] } }""", "prompts.fewShot: expected an assistant's turn at the end", "found 1 turns")]
    [InlineData("""{ "prompts": { "identify": "You are {name}." } }""", "prompts.identify: expected the placeholder {id}", "")]
    [InlineData("""{ "comparisons": ["sun"] }""", "comparisons[0]: expected base, greedy, majority,", "found sun")]
    [InlineData("""{ "comparisons": ["base", "multiagent-tf"] }""", "comparisons[1]: expected base,", "found multiagent-tf (did you mean multiagent-ft?)")]
    [InlineData("""{ "comparisons": ["multiagent-ft-greedy-one"] }""", "comparisons: expected multiagent-ft beside multiagent-ft-greedy-one", "found none")]
    [InlineData("""{ "comparisons": [] }""", "comparisons: expected at least one of base,", "found none")]
    [InlineData("""{ "comparisons": ["base", "base"] }""", "comparisons: expected each method once", "")]
    [InlineData("""{ "comparisons": [9] }""", "comparisons", "9")]
    [InlineData("""{ "evaluationSplit": "training" }""", "evaluationSplit: expected evaluation or development, found training", "")]
    [InlineData("""{ "diversityProblems": 0, "embeddingModel": "x.gguf" }""", "embeddingModel: expected diversityProblems of 1 or more beside it, found 0", "")]
    [InlineData("""{ "diversityProblems": -1 }""", "diversityProblems: expected 0 to 1000000, found -1", "")]
    [InlineData("""{ "chunkProblems": 0 }""", "chunkProblems: expected 1 to 1000000, found 0", "")]
    [InlineData("""{ "trainers": -1 }""", "trainers: expected 0 to 256, found -1", "")]
    [InlineData("""{ "trainingProblems": 0 }""", "trainingProblems: expected 1 to 1000000, found 0", "")]
    [InlineData("""{ "minimumExamples": 0 }""", "minimumExamples: expected 1 to 1000000, found 0", "")]
    [InlineData("""{ "debate": { "rounds": 1 } }""", "debate.rounds: expected 2 or more", "found 1")]
    [InlineData("""{ "training": { "rank": 0 } }""", "training.rank: expected 1 to 256, found 0", "")]
    [InlineData("""{ "training": { "targets": ["q", 3] } }""", "training.targets[1]: expected a string, found 3", "")]
    [InlineData("""{ "engine": { "slots": 0 } }""", "engine.slots", "found 0")]
    [InlineData("""{ "datasets": { "criticNegativeShare": 2 } }""", "datasets.criticNegativeShare: expected 0 to 1 or null, found 2", "")]
    [InlineData("""{ "seed": 1, "seed": 2 }""", "expected a JSON object", "seed")]
    [InlineData("[]", "the file: expected an object, found []", "")]
    [InlineData("{", "expected a JSON object", "")]
    [InlineData("", "expected a JSON object", "")]
    public void WrongFilesAreRejected(string json, string expected, string found)
    {
        var path = _files.Write("run.json", json);

        var error = Assert.Throws<InputException>(() => RunConfigFile.Read(path, new RunConfig { Model = "m.gguf" }));

        Assert.StartsWith(path, error.Message);
        Assert.Contains(expected, error.Message);
        Assert.Contains(found, error.Message);
    }

    [Fact]
    public void AllErrorsComeAtOnce()
    {
        var shape = _files.Write("shape.json", """{ "a": 1, "debate": { "b": 2, "agents": "x" } }""");
        var range = _files.Write("range.json", """{ "iterations": -1, "debate": { "agents": 0 }, "training": { "epochs": 0 } }""");

        var shapeError = Assert.Throws<InputException>(() => RunConfigFile.Read(shape)).Message;
        var rangeError = Assert.Throws<InputException>(() => RunConfigFile.Read(range)).Message;

        Assert.StartsWith($"{shape}: 3 errors", shapeError);
        Assert.All((string[])["  a: ", "  debate.b: ", "  debate.agents: "], key => Assert.Contains(key, shapeError));
        Assert.StartsWith($"{range}: 4 errors", rangeError);
        foreach (var key in (string[])["  model: ", "  iterations: ", "  debate.agents: ", "  training.epochs: "])
            Assert.Contains(key, rangeError);
    }

    [Fact]
    public void MissingFileIsNamed() =>
        Assert.Contains("no.json", Assert.Throws<InputException>(() => RunConfigFile.Read(_files.At("no.json"))).Message);
}
