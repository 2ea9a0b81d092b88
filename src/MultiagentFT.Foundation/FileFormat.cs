using System.Text.Json;

namespace MultiagentFT.Foundation;

/// <summary>The version of what a run writes: transcripts, summaries and the folder itself, as <c>"format": 2</c>.</summary>
public static class FileFormat
{
    /// <summary>Version 1 had no <c>format</c>.</summary>
    public const int Current = 2;

    /// <summary>Why a JSON value is not of this version; null when it is.</summary>
    /// <param name="path">The file it comes from.</param>
    /// <param name="value">An object with a <c>format</c>, if it is of this version.</param>
    public static InputException? Refusal(string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("format", out var format))
        {
            if (format.ValueKind == JsonValueKind.Number && format.TryGetInt32(out var version) && version == Current) return null;
            return Refusal(path, $"format {format.GetRawText()}");
        }
        return Refusal(path, "no \"format\", as version 1 wrote it");
    }

    private static InputException Refusal(string path, string found) => new(
        $"{path}: expected format {Current}, found {found}; use the version of mft that wrote it, or start anew with another folder or file");
}
