namespace MultiagentFT.Foundation;

/// <summary>A line of a file.</summary>
/// <param name="Content">Without the line feed; valid until the next line is asked for.</param>
/// <param name="End">Offset behind it.</param>
/// <param name="IsWhole">Whether a line feed ends it.</param>
public readonly record struct TextLine(ReadOnlyMemory<byte> Content, long End, bool IsWhole);
