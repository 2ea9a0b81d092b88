using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>
/// Opens files that this machine has not opened before once in a child process: native libraries end their process over some
/// files that look sound, and that becomes a sentence. What was opened well is remembered by its content.
/// </summary>
internal static class ModelProbe
{
    /// <summary>0 opens files at once.</summary>
    public const string Variable = "MFT_PROBE";

    /// <summary>The name of the command that the child runs.</summary>
    public const string Command = "probe";

    private const int LongestMessage = 400;

    /// <exception cref="InputException">The files cannot be opened, or end the process that opens them.</exception>
    public static async Task RequireAsync(ProbeJob job, CancellationToken cancellation)
    {
        LostModel.Report($"mft: {job.Model}: expected the size that it had when it was opened, found less", ExitCode.BadInput);
        // The model that comes with the program was opened by its tests.
        if (Environment.GetEnvironmentVariable(Variable) == "0" || (job.Model == EmbeddedModel.Path && job.Adapters.Count == 0)) return;
        var mark = await Task.Run(() => MarkOf(job), cancellation).ConfigureAwait(false);
        if (File.Exists(mark)) return;
        await OpenAsync(job, cancellation).ConfigureAwait(false);
        Remember(mark);
    }

    private static async Task OpenAsync(ProbeJob job, CancellationToken cancellation)
    {
        var (code, _, errors) = await ChildCommand.RunAsync(Command, JsonSerializer.Serialize(job, JsonFormats.Line), cancellation).ConfigureAwait(false);
        Judge(job, code, errors);
    }

    /// <summary>A failure that is none of the files is met again, and told, by the command itself.</summary>
    private static void Judge(ProbeJob job, int code, string errors)
    {
        if (code is ExitCode.Success or ExitCode.Failure) return;
        if (code == ExitCode.BadInput) throw new InputException(errors);
        var last = errors.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Contains("GGML_ASSERT", StringComparison.Ordinal) || line.Contains("what()", StringComparison.Ordinal))
            ?? errors.Split('\n')[^1].Trim();
        if (last.Length > LongestMessage) last = last[..LongestMessage] + "...";
        throw new InputException(
            job.Adapters.Count == 0 ? job.Model : string.Join(", ", job.Adapters.Prepend(job.Model)),
            null,
            "a file that the native library opens",
            $"one that ends its process (code {code}){(last.Length > 0 ? ": " + last : "")}");
    }

    /// <summary>A file whose existence says that these files, by content, were opened with these options by this version.</summary>
    private static string MarkOf(ProbeJob job)
    {
        var text = new StringBuilder(ProductVersion.Current.ToString()).Append(JsonSerializer.Serialize(job.Engine, JsonFormats.Line));
        if (job.EmbedsAlone) text.Append("\nembeds");
        foreach (var file in job.Adapters.Prepend(job.Model)) text.Append('\n').Append(ContentOf(file));
        return Path.Combine(CacheFolder.Path, "opened", Hash(text.ToString()));
    }

    /// <summary>The hash of a file, or of a model in parts; it is remembered as long as lengths and times stay.</summary>
    internal static string ContentOf(string path)
    {
        FileInfo[] files = [.. PartFiles.Of(path).Select(part => new FileInfo(part))];
        if (!files.All(file => file.Exists)) return "";
        var state = string.Join('\n', files.Select(file => $"{file.FullName}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}"));
        var memo = Path.Combine(CacheFolder.Path, "hashes", Hash(state));
        try
        {
            if (File.Exists(memo)) return File.ReadAllText(memo);
            var hash = InputFile.OfModel(path).Sha256;
            AtomicFile.WriteText(memo, hash);
            return hash;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return InputFile.OfModel(path).Sha256;
        }
    }

    /// <summary>A machine without a place for it opens every file twice.</summary>
    private static void Remember(string mark)
    {
        try
        {
            AtomicFile.WriteText(mark, "");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
