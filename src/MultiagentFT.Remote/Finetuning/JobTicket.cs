using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Remote.Finetuning;

/// <summary>
/// What is known of a finetuning job, in a file that is written before each step that costs: its key is on disk before anything carries it to the endpoint,
/// so that a later process finds there what an earlier one had begun.
/// </summary>
/// <param name="Format">Version of the file, <see cref="FileFormat.Current"/>.</param>
/// <param name="Key">Names the uploaded file and the job at the endpoint.</param>
/// <param name="Task">Hash of what is learned, from which base and how: another one needs another job.</param>
/// <param name="File">The endpoint's id of the uploaded file; null: perhaps not uploaded.</param>
/// <param name="Job">The endpoint's id of the job; null: perhaps not created.</param>
internal sealed record JobTicket(int Format, string Key, string Task, string? File = null, string? Job = null)
{
    private const int KeyDigits = 16;

    /// <summary>The name of the file at the endpoint.</summary>
    public string FileName => $"mft-{Key}.jsonl";

    /// <summary>The suffix of the job's model.</summary>
    public string Suffix => $"mft-{Key}";

    /// <summary>A new one.</summary>
    /// <param name="id">No other ticket has it.</param>
    public static JobTicket New(string task, Guid id) => new(FileFormat.Current, id.ToString("N")[^KeyDigits..], task);

    /// <summary>The ticket of an earlier process for the same task; null: there is none.</summary>
    /// <exception cref="InputException">The file is something else.</exception>
    public static JobTicket? Find(string path, string task)
    {
        if (!System.IO.File.Exists(path)) return null;
        try
        {
            var value = JsonSerializer.Deserialize<JsonElement>(System.IO.File.ReadAllText(path), JsonFormats.Indented);
            if (FileFormat.Refusal(path, value) is { } refusal) throw refusal;
            var ticket = value.Deserialize<JobTicket>(JsonFormats.Indented) ?? throw new InputException(path, null, "a finetuning job", "null");
            if (ticket.Key.Length != KeyDigits || !ticket.Key.All(char.IsAsciiHexDigitLower)) throw new InputException(path, "key", $"{KeyDigits} hexadecimal digits", ticket.Key);
            return ticket.Task == task ? ticket : null;
        }
        catch (JsonException error)
        {
            throw new InputException(path, null, "a finetuning job as mft writes it", JsonMessage.Of(error), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, "a readable file", error.Message, error);
        }
    }

    public JobTicket Write(string path)
    {
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, JsonFormats.Indented) + "\n");
        return this;
    }
}
