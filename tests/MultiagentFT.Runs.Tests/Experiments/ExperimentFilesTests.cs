using MultiagentFT.Runs.Experiments;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Runs.Tests.Experiments;

/// <summary>The experiment files of the repository. Models and datasets that would be downloaded, or that are not beside the copies, have others in their place.</summary>
public sealed class ExperimentFilesTests : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "experiments");

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string, int> Runs => new()
    {
        { "ablations.json", 3 },
        { "five-iterations.json", 3 },
        { "paper.json", 9 },
        { "preferences.json", 3 },
        { "real-models-gsm8k.json", 4 },
        { "real-models-math.json", 4 },
        { "three-seeds.json", 3 },
        { "transfer.json", 27 },
    };

    [Fact]
    public void EveryFileIsHere() => Assert.Equal(Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), Runs.Select(row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Runs))]
    public void AFileIsWhatItsRunsTake(string name, int runs)
    {
        var model = _files.Write("model.gguf", "weights");
        var located = new List<string>();

        var experiment = Experiment.Read(Path.Combine(Folder, name), model, locate: Locate);

        Assert.Equal(runs, experiment.Cells.Count);
        Assert.Equal(runs, experiment.Cells.Select(cell => cell.Folder).Distinct().Count());
        Assert.Equal(name.StartsWith("real-models", StringComparison.Ordinal), located.Exists(IsHub));

        string? Locate(string text)
        {
            located.Add(text);
            // Rows of the dataset that a name is of, as many as the experiment needs.
            if (text.Contains("gsm8k", StringComparison.Ordinal)) return Rows(text, i => $$"""{"question":"What is {{i}}+1?","answer":"One more. #### {{i + 1}}"}""");
            if (text.Contains("math", StringComparison.Ordinal))
                return Rows(text, i => $$"""{"problem":"What is {{i}}+1?","level":"Level {{(i % 5) + 1}}","type":"Algebra","solution":"It is $\\boxed{ {{i + 1}} }$."}""");
            return text.EndsWith(".gguf", StringComparison.Ordinal) ? _files.Write(Path.GetFileName(text), "weights") : null;
        }
    }

    private static bool IsHub(string text) => text.StartsWith("hf:", StringComparison.Ordinal);

    private string Rows(string name, Func<int, string> row) =>
        _files.Write(Path.GetFileName(name) + ".jsonl", string.Concat(Enumerable.Range(name.Contains("test", StringComparison.Ordinal) ? 10_000 : 0, 3000).Select(i => row(i) + "\n")));
}
