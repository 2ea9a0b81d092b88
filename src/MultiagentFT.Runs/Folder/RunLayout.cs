using System.Globalization;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Runs.Folder;

/// <summary>Where everything of a run lies. Paths are absolute; methods are keys, iterations count from 1.</summary>
/// <param name="Root">The run folder, absolute.</param>
public sealed record RunLayout(string Root)
{
    internal const string ManifestName = "manifest.json";

    public string Config => At("config.json");

    public string Inputs => At("inputs.json");

    public string Summary => At("summary.json");

    public string Report => At("report.html");

    public string Manifest => At(ManifestName);

    /// <summary>What a remote endpoint has been paid.</summary>
    public string Spending => At("spending.jsonl");

    public string Lock => At(".lock");

    /// <summary>What people think of its answers; comes and grows after the run, so that no manifest lists it.</summary>
    public string Feedback => At("feedback.jsonl");

    public string TranscriptFolder => At("transcripts");

    /// <summary>What a method answered in a stage.</summary>
    public string Transcripts(StageId stage) => Path.Combine(TranscriptFolder, stage.Name + ".jsonl");

    public string Dataset(string method, int iteration, string agent) => At("datasets", method, Iteration(iteration), agent + ".jsonl");

    /// <summary>Examples of each dataset of a method; its existence means that all of them are whole.</summary>
    public string DatasetCounts(string method, int iteration) => At("datasets", method, Iteration(iteration), "agents.counts.json");

    /// <param name="extension">Of the trainer's files.</param>
    public string Adapter(string method, int iteration, string agent, string extension = ".gguf") =>
        At("adapters", method, Iteration(iteration), agent + extension);

    public string TrainingReport(string method, int iteration, string agent) => At("adapters", method, Iteration(iteration), agent + ".json");

    /// <summary>Which adapters a method's agents have after an iteration; its existence means that all of them are whole.</summary>
    public string Weights(string method, int iteration) => At("adapters", method, Iteration(iteration), "agents.weights.json");

    /// <summary>How different the agents of an evaluation's debates are.</summary>
    public string Diversity(StageId stage) => At("diversity", string.Create(CultureInfo.InvariantCulture, $"{stage.Method}-{stage.Iteration}.json"));

    /// <summary>Seconds that a stage has taken so far.</summary>
    public string Stage(StageId stage) => At("stages", stage.Name + ".json");

    /// <summary>What a stage has written so far, by hash.</summary>
    public string Seal(string stage) => At("stages", stage + ".seal.json");

    /// <summary>A path in the folder as files in it name it: relative, with forward slashes.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <exception cref="Foundation.InputException">It is no path.</exception>
    public string Absolute(string relative) => FilePath.Full(relative, "path", Root);

    private string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Iteration(int number) => "iteration-" + number.ToString(CultureInfo.InvariantCulture);
}
