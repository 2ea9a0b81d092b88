namespace MultiagentFT.Hub;

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes on disk, those of earlier attempts included.</param>
/// <param name="Total">Of the file; null where the server does not say.</param>
/// <param name="BytesPerSecond">Since this attempt began; 0 at its beginning.</param>
public readonly record struct DownloadProgress(long Done, long? Total, double BytesPerSecond)
{
    /// <summary>Time that is left at this rate; null where it cannot be told.</summary>
    public TimeSpan? Left => Total is { } total && BytesPerSecond > 0 ? TimeSpan.FromSeconds((total - Done) / BytesPerSecond) : null;
}
