namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>What reading a file may take: numbers in it that no file of its size needs are refused before anything is made of them.</summary>
/// <param name="length">Bytes of the file.</param>
/// <param name="pages">Those before the footer.</param>
internal sealed class ParquetBudget(long length, long pages)
{
    private const long FreeValues = 1 << 20;
    private const long ValuesAByte = 16;
    private const long FreeBytes = 64 << 20;
    private const long BytesAByte = 256;

    private long _rows;
    private long _values;
    private long _unpacked;
    private long _walked;

    /// <exception cref="Foundation.InputException">There are too many.</exception>
    public void AddRows(FilePart part, long rows) => Add(ref _rows, rows, FreeValues + (ValuesAByte * length), "rows", part);

    /// <inheritdoc cref="AddRows" />
    public void AddValues(FilePart part, long values) => Add(ref _values, values, FreeValues + (ValuesAByte * length), "values", part);

    /// <summary>Bytes of a page after unpacking.</summary>
    /// <inheritdoc cref="AddRows" />
    public void AddUnpacked(FilePart part, long bytes) => Add(ref _unpacked, bytes, FreeBytes + (BytesAByte * length), "bytes after unpacking", part);

    /// <summary>Bytes of a page in the file; no two pages share any.</summary>
    /// <inheritdoc cref="AddRows" />
    public void AddWalked(FilePart part, long bytes) => Add(ref _walked, bytes, pages, "bytes of pages", part);

    private void Add(ref long sum, long more, long most, string unit, FilePart part)
    {
        if (more < 0) throw part.Wrong(null, $"a number of {unit}", $"{more}");
        if (more > most - sum) throw part.Wrong(null, $"at most {most} {unit} in a file of {length} bytes", $"{(decimal)sum + more}");
        sum += more;
    }
}
