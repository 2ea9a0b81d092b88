using System.Text.Json;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Results;

public sealed class SummaryTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task FileHasTheKeysThatOthersRead()
    {
        await ToyRun.RunAsync(_files.At("run"), ToyRun.Small(_files) with { Iterations = 1 }, scores: true);

        using var json = JsonDocument.Parse(File.ReadAllText(_files.At("run/summary.json")));
        var root = json.RootElement;
        var methods = root.GetProperty("methods").EnumerateArray().ToList();
        Assert.Equal(
            [
                "base", "greedy", "majority", "majority-equal-tokens", "majority-best-temperature", "debate",
                "single-agent-ft", "multiagent-ft", "multiagent-ft-greedy-one",
            ],
            methods.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1], methods.Select(row => row.GetProperty("iteration").GetInt32()));
        Assert.All(methods, row => Assert.Equal(
            [
                "name", "iteration", "accuracy", "standardError", "problems", "answers", "generatedTokens",
                "trainingGeneratedTokens", "trainedTokens", "seconds", "evaluationSeconds",
                "failedAnswers", "cutAnswers", "debate", "diversity", "interval",
            ],
            row.EnumerateObject().Select(member => member.Name)));
        Assert.All(methods, row => Assert.Equal(
            ["roundAccuracies", "consensus", "wrongToRight", "rightToWrong", "ifStopped", "ifEqualWeights", "revisions"],
            row.GetProperty("debate").EnumerateObject().Select(member => member.Name)));
        Assert.Equal(
            [
                "generatorResponses", "criticResponses", "skipped", "heldOutNegativeLogLikelihood", "ownNegativeLogLikelihood",
                "criticDivergence", "generatorDivergence", "criticDivergenceFromBase", "generatorDivergenceFromBase",
                "criticDissimilarity", "generatorDissimilarity",
            ],
            methods[5].GetProperty("diversity").EnumerateObject().Select(member => member.Name));
        Assert.All(methods.Where((_, index) => index is not (5 or 7)), row => Assert.Equal(JsonValueKind.Null, row.GetProperty("diversity").ValueKind));
        Assert.All(root.GetProperty("gains").EnumerateArray().Concat(root.GetProperty("differences").EnumerateArray()), gain => Assert.Equal(
            ["name", "iteration", "over", "overIteration", "difference", "standardError", "won", "lost", "pValue", "problems", "interval"],
            gain.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(methods.Count * (methods.Count - 1) / 2, root.GetProperty("differences").GetArrayLength());
        Assert.Equal(
            ["multiagent-ft 1 6", "single-agent-ft 1 6"],
            root.GetProperty("labels").EnumerateArray().Select(label =>
                $"{label.GetProperty("name").GetString()} {label.GetProperty("iteration").GetInt32()} {label.GetProperty("problems").GetInt32()}"));
        var difficulty = root.GetProperty("difficulty");
        Assert.Equal(["by", "answersOf", "groups"], difficulty.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("base-answers", "majority-equal-tokens"), (difficulty.GetProperty("by").GetString(), difficulty.GetProperty("answersOf").GetString()));
        var groups = difficulty.GetProperty("groups").EnumerateArray().ToList();
        Assert.Equal(5, groups.Sum(group => group.GetProperty("problems").GetInt32()));
        Assert.All(groups, group => Assert.Equal(["greedy 0", "multiagent-ft 1"], group.GetProperty("methods").EnumerateArray().Select(method =>
            $"{method.GetProperty("name").GetString()} {method.GetProperty("iteration").GetInt32()}")));
        Assert.All(groups[0].GetProperty("methods").EnumerateArray(), method => Assert.Equal(["name", "iteration", "right", "accuracy", "interval"], method.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(2, root.GetProperty("format").GetInt32());
        Assert.All(methods, row => Assert.Equal(5, row.GetProperty("problems").GetInt32()));
        Assert.Equal("arithmetic", root.GetProperty("task").GetString());
        Assert.Equal("toy", root.GetProperty("model").GetProperty("name").GetString());
        Assert.Equal(Environment.ProcessorCount, root.GetProperty("machine").GetProperty("cores").GetInt32());
        Assert.NotEqual("", root.GetProperty("commit").GetString());
    }

    [Theory]
    [InlineData("0.1.0+4e5f", "0.1.0", "4e5f")]
    [InlineData("0.1.0", "0.1.0", "unknown")]
    public void CommitComesFromTheInformationalVersion(string informational, string version, string commit) =>
        Assert.Equal(new ProductVersion(version, commit), ProductVersion.Parse(informational));
}
