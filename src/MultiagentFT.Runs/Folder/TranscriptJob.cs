using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Runs.Folder;

/// <summary>What a transcript file was asked to hold, kept beside it so that only the same job continues it.</summary>
/// <param name="Format">Version of both files, <see cref="FileFormat.Current"/>.</param>
/// <param name="Method">Key of the method that answers.</param>
/// <param name="Split">Where the problems come from.</param>
/// <param name="Problems">How many.</param>
/// <param name="Adapters">Who answers.</param>
/// <param name="Config">Model, prompts, shape of the debate, seed.</param>
/// <param name="Inputs">Model, task and adapters with their hashes: other weights under the same name are another job.</param>
public sealed record TranscriptJob(
    int Format, string Method, Split Split, int Problems, IReadOnlyList<AgentAdapter> Adapters, AnsweringConfig Config, IReadOnlyList<InputFile> Inputs)
{
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static TranscriptJob Of(string method, Split split, int problems, AnsweringConfig config, IReadOnlyList<AgentAdapter> adapters) => new(
        FileFormat.Current,
        method,
        split,
        problems,
        adapters,
        config,
        [.. RunInputs.Measure(config).Files, .. adapters.Select(adapter => InputFile.Measure(adapter.File))]);

    /// <summary>Claims a transcript file for this job.</summary>
    /// <exception cref="InputException">It holds the transcripts of another job (each difference named) or of another format.</exception>
    public void Claim(string transcripts)
    {
        var path = transcripts + ".job.json";
        if (!File.Exists(path) && !File.Exists(transcripts))
        {
            JsonFile.Write(path, this);
            return;
        }
        if (!File.Exists(path)) throw new InputException(transcripts, null, $"a new file, or one with its job in {path}", "no such file");
        var before = JsonFile.ReadVersioned<TranscriptJob>(path);
        JobDifference.ThrowIfAny(
            $"{transcripts}: holds the answers of another job; use its options and files ({path}), or another file",
            [
                .. JobDifference.Between(before with { Config = Config, Inputs = Inputs }, this),
                .. JobDifference.Between(before.Config, before.Inputs, Config, Inputs),
            ]);
    }
}
