using System.Buffers.Binary;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>
/// Whether the structures of a Parquet file are whole and agree with one another and with its length: the footer, and all headers of pages. The
/// library that reads the values believes them: it reads on for ever behind the end of what a number lies in, and makes room for any count.
/// </summary>
internal sealed class ParquetCheck
{
    private const int MagicLength = 4;
    private const int TailLength = 8;
    private const int LongestFooter = 16 << 20;

    private readonly string _path;
    private readonly Stream _file;
    private readonly long _length;

    private ParquetCheck(string path, Stream file) => (_path, _file, _length) = (path, file, file.Length);

    /// <param name="path">The file, for messages.</param>
    /// <param name="file">Its bytes; left at any place.</param>
    /// <exception cref="InputException">It is no sound Parquet file, or one of a kind that is not read.</exception>
    public static void Check(string path, Stream file) => new ParquetCheck(path, file).Check();

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private static ReadOnlySpan<byte> EncryptedMagic => "PARE"u8;

    private void Check()
    {
        var (bytes, begin) = Footer();
        var part = new FilePart(_path, "footer");
        ThriftStruct footer;
        try
        {
            footer = new CompactReader(bytes, part).Read(ParquetFormat.File);
        }
        catch (EndOfStreamException error)
        {
            throw new InputException(_path, part.Name, $"a structure that ends within its {bytes.Length} bytes", "one that does not", error);
        }
        if (footer.Has("encryption_algorithm")) throw part.Wrong("encryption_algorithm", "none, as encrypted files are not read", "one");
        var columns = ParquetColumn.Of(footer.Structs("schema"), part);
        var budget = new ParquetBudget(_length, begin - MagicLength);
        var pages = new ParquetPages(_path, _file, begin, budget);
        var (groups, rows) = (footer.Structs("row_groups"), 0L);
        for (var i = 0; i < groups.Count; i++)
        {
            Check(groups[i], columns, $"row group {i + 1}", pages, budget);
            rows += groups[i].Number("num_rows");
        }
        if (rows != footer.Number("num_rows")) throw part.Wrong("num_rows", $"{rows}, as row groups have", $"{footer.Number("num_rows")}");
    }

    private void Check(ThriftStruct group, IReadOnlyList<ParquetColumn> columns, string name, ParquetPages pages, ParquetBudget budget)
    {
        var part = new FilePart(_path, name);
        var (chunks, rows) = (group.Structs("columns"), group.Number("num_rows"));
        budget.AddRows(part, rows);
        if (chunks.Count != columns.Count) throw part.Wrong("columns", $"{columns.Count}, as the schema has", $"{chunks.Count}");
        for (var i = 0; i < chunks.Count; i++)
        {
            var (chunk, column) = (chunks[i], columns[i]);
            var place = new FilePart(_path, $"{name}, column {column.Name}");
            if (chunk.Has("file_path")) throw place.Wrong("file_path", "none, as columns in other files are not read", chunk.Text("file_path"));
            if (chunk.Has("crypto_metadata")) throw place.Wrong("crypto_metadata", "none, as encrypted columns are not read", "some");
            var data = chunk.StructOrNull("meta_data") ?? throw place.Wrong("meta_data", "a value", "none");
            if (!data.Texts("path_in_schema").SequenceEqual(column.Path, StringComparer.Ordinal))
                throw place.Wrong("path_in_schema", "that of the schema's column", string.Join('.', data.Texts("path_in_schema")));
            if (data.Number("type") != column.Type) throw place.Wrong("type", $"{column.Type}, as the schema has", $"{data.Number("type")}");
            var values = data.Number("num_values");
            if (column.Repeated ? values < rows : values != rows)
                throw place.Wrong("num_values", $"{(column.Repeated ? "at least " : "")}{rows}, as there are rows", $"{values}");
            budget.AddValues(place, values);
            if (values > 0) pages.Check(data, column, place);
        }
    }

    /// <summary>The footer's bytes, and where it begins.</summary>
    private (byte[] Bytes, long Begin) Footer()
    {
        if (_length < MagicLength + TailLength) throw new InputException(_path, null, "a Parquet file", $"one of {_length} bytes");
        var head = Read(0, MagicLength);
        if (!Magic.SequenceEqual(head)) throw new InputException(_path, null, "a Parquet file", "one that does not begin with PAR1");
        var tail = Read(_length - TailLength, TailLength);
        if (EncryptedMagic.SequenceEqual(tail.AsSpan(MagicLength))) throw new InputException(_path, null, "a Parquet file", "an encrypted one, which is not read");
        if (!Magic.SequenceEqual(tail.AsSpan(MagicLength))) throw new InputException(_path, null, "a Parquet file", "one that does not end with PAR1");
        var (length, most) = (BinaryPrimitives.ReadUInt32LittleEndian(tail), Math.Min(_length - MagicLength - TailLength, LongestFooter));
        if (length > most) throw new InputException(_path, null, "a Parquet file", $"one of {_length} bytes whose footer has {length} bytes (at most {most})");
        var begin = _length - TailLength - length;
        return (Read(begin, (int)length), begin);
    }

    private byte[] Read(long at, int count)
    {
        var bytes = new byte[count];
        _file.Position = at;
        _file.ReadExactly(bytes);
        return bytes;
    }
}
