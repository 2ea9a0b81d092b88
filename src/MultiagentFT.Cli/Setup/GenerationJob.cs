using System.Text.Json;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>What a transcript file was asked to hold, kept beside it so that only the same job continues it.</summary>
/// <param name="Method">How the problems are answered.</param>
/// <param name="Split">Where they come from.</param>
/// <param name="Problems">How many.</param>
/// <param name="Config">Model, prompts, shape of the debate, seed.</param>
/// <param name="Adapters">Who answers.</param>
/// <param name="Inputs">Model, adapters and task file with their hashes: other weights under the same name are another job.</param>
internal sealed record GenerationJob(
    Method Method, Split Split, int Problems, RunConfig Config, IReadOnlyList<AdapterFile> Adapters, IReadOnlyList<InputFile> Inputs)
{
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static GenerationJob Of(Method method, Split split, int problems, Speakers speakers)
    {
        var files = speakers.Files.Select(file => file.File).Prepend(speakers.Config.Model);
        if (speakers.Config.Task != TaskCatalog.Arithmetic) files = files.Append(speakers.Config.Task);
        return new GenerationJob(method, split, problems, speakers.Config, speakers.Files, [.. files.Select(InputFile.Measure)]);
    }

    /// <summary>Claims a transcript file for this job.</summary>
    /// <exception cref="InputException">It holds the transcripts of another job, or an input file has changed since.</exception>
    public void Claim(string transcripts)
    {
        var path = transcripts + ".job.json";
        var text = JsonSerializer.Serialize(this, JsonFormats.Indented) + "\n";
        if (!File.Exists(path) && !File.Exists(transcripts))
        {
            AtomicFile.WriteText(path, text);
            return;
        }
        var before = File.Exists(path) ? File.ReadAllText(path) : "";
        if (before == text) return;
        throw new InputException(
            transcripts, null, $"a new file, or one with the options and input files in {path}", Changed(before) ?? "one of another job");
    }

    /// <summary>The input file whose content differs from a job's; null when something else does.</summary>
    private string? Changed(string before)
    {
        try
        {
            var inputs = JsonSerializer.Deserialize<GenerationJob>(before, JsonFormats.Indented)?.Inputs ?? [];
            var changed = Inputs.FirstOrDefault(now => inputs.Any(then => then.Path == now.Path && then.Sha256 != now.Sha256));
            return changed is null ? null : $"{changed.Path} with other content (SHA-256 {changed.Sha256})";
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
