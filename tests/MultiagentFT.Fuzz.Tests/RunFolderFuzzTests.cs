using System.Text.RegularExpressions;
using CsCheck;
using MultiagentFT.Fuzz.Tests.Mutation;
using MultiagentFT.Fuzz.Tests.Readers;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Fuzz.Tests;

/// <summary>
/// One damaged file in a run folder, finished or not: the society is refused or the same, and the run is refused or ends with the
/// same summary.
/// </summary>
public sealed partial class RunFolderFuzzTests : IDisposable
{
    private const int Count = 300;

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_run_folder()
    {
        var config = ToyRun.Small(_files) with { TrainingProblems = 3, EvaluationProblems = 2, Iterations = 1, Methods = ["base", "debate", "multiagent-ft"] };
        var folder = _files.At("run");
        await ToyRun.RunAsync(folder, config);
        var whole = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != ".lock")
            .ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes);
        var summary = Summary(folder);
        var society = Describe(SavedSociety.Latest(folder));

        Fuzzer.Run("run folder", Count, Mutants(whole), mutant =>
        {
            Restore(folder, whole, mutant);
            var takesSociety = Fuzzer.Takes(() => Assert.Equal(society, Describe(SavedSociety.Latest(folder))));
            InspectedFile.Shows(folder);
            var takesRun = Fuzzer.Takes(() => ToyRun.RunAsync(folder, config).GetAwaiter().GetResult());
            if (takesRun) Assert.Equal(summary, Summary(folder));
            return takesSociety && takesRun;
        });
    }

    private static Gen<RunFolderMutant> Mutants(Dictionary<string, byte[]> whole)
    {
        Gen<RunFolderMutant>[] files = [.. whole.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file =>
        {
            var bytes = ByteMutants.Of(file.Value);
            var isJson = file.Key.EndsWith(".json", StringComparison.Ordinal) || file.Key.EndsWith(".jsonl", StringComparison.Ordinal);
            var content = isJson && file.Value.Length > 0 ? Gen.Frequency((1, bytes), (2, JsonMutants.Of(file.Value))) : bytes;
            return Gen.Select(Gen.Bool, content, (isFinished, mutant) => new RunFolderMutant(file.Key, isFinished, mutant));
        })];
        return Gen.OneOf(files);
    }

    private static void Restore(string folder, Dictionary<string, byte[]> whole, RunFolderMutant mutant)
    {
        Directory.Delete(folder, recursive: true);
        foreach (var (name, content) in whole)
        {
            if (name == "manifest.json" && !mutant.IsFinished && mutant.File != name) continue;
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, name == mutant.File ? mutant.Content.Content : content);
        }
    }

    /// <summary>Without the time that it took.</summary>
    private static string Summary(string folder) => Seconds().Replace(File.ReadAllText(Path.Combine(folder, "summary.json")), "");

    private static string Describe(SavedSociety society) =>
        $"{society.Iteration} {string.Join(", ", society.Adapters)} {string.Join(", ", society.Society.Adapters)}";

    [GeneratedRegex("\"\\w*[sS]econds\": [^,\n]*")]
    private static partial Regex Seconds();
}
