using System.Globalization;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Folder;

/// <summary>Where everything of a run lies. Paths are absolute.</summary>
/// <param name="Root">The run folder, absolute.</param>
public sealed record RunLayout(string Root)
{
    public string Config => At("config.json");

    public string Inputs => At("inputs.json");

    public string Summary => At("summary.json");

    public string Report => At("report.html");

    public string Manifest => At("manifest.json");

    public string Lock => At(".lock");

    /// <summary>The evaluation of a method; iteration 0 for methods that are not trained.</summary>
    public string EvaluationTranscripts(Method method, int iteration) =>
        At("transcripts", $"{method.Key()}-{Text(iteration)}-evaluation.jsonl");

    /// <summary>What a method said on the training problems at the start of an iteration, counted from 1.</summary>
    public string TrainingTranscripts(Method method, int iteration) =>
        At("transcripts", $"{method.Key()}-{Text(iteration)}-training.jsonl");

    public string Dataset(int iteration, string agent) => At("datasets", $"iteration-{Text(iteration)}", agent + ".jsonl");

    /// <summary>Examples of each dataset of one chain; its existence means that all of them are whole.</summary>
    public string DatasetCounts(int iteration, Method method) =>
        At("datasets", $"iteration-{Text(iteration)}", method.Key() + ".counts.json");

    public string Adapter(int iteration, string agent) => At("adapters", $"iteration-{Text(iteration)}", agent + ".gguf");

    public string TrainingReport(int iteration, string agent) => At("adapters", $"iteration-{Text(iteration)}", agent + ".json");

    /// <summary>Which adapters a method's agents have after an iteration; its existence means that all of them are whole.</summary>
    public string Weights(int iteration, Method method) =>
        At("adapters", $"iteration-{Text(iteration)}", method.Key() + ".weights.json");

    /// <summary>Seconds that a stage has taken so far.</summary>
    public string Stage(string name) => At("stages", name + ".json");

    /// <summary>A path in the folder as files in it name it: relative, with forward slashes.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public string Absolute(string relative) => Path.GetFullPath(relative, Root);

    private string At(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
