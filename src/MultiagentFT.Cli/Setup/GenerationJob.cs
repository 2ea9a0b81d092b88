using System.Text.Json;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Cli.Setup;

/// <summary>What a transcript file was asked to hold, kept beside it so that only the same job continues it.</summary>
/// <param name="Method">How the problems are answered.</param>
/// <param name="Split">Where they come from.</param>
/// <param name="Problems">How many.</param>
/// <param name="Config">Model, prompts, shape of the debate, seed.</param>
/// <param name="Adapters">Who answers.</param>
internal sealed record GenerationJob(Method Method, Split Split, int Problems, RunConfig Config, IReadOnlyList<AdapterFile> Adapters)
{
    /// <summary>Claims a transcript file for this job.</summary>
    /// <exception cref="InputException">It holds the transcripts of another job.</exception>
    public void Claim(string transcripts)
    {
        var path = transcripts + ".job.json";
        var text = JsonSerializer.Serialize(this, JsonFormats.Indented) + "\n";
        if (!File.Exists(path) && !File.Exists(transcripts)) AtomicFile.WriteText(path, text);
        else if (!File.Exists(path) || File.ReadAllText(path) != text)
            throw new InputException(transcripts, null, $"a new file, or one with the options in {path}", "one of another job");
    }
}
