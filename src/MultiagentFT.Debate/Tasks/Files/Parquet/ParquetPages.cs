using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>Walks from page to page of a column's part, as its headers say.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="file">Its bytes.</param>
/// <param name="end">Where pages end at the latest.</param>
/// <param name="budget">What all pages may take.</param>
internal sealed class ParquetPages(string path, Stream file, long end, ParquetBudget budget)
{
    /// <summary>Behind the file's mark.</summary>
    private const long FirstOffset = 4;

    /// <summary>Bytes that most headers fit into; those with long statistics are read again with more.</summary>
    private const int FirstWindow = 512;

    private const int Growth = 16;

    private readonly byte[] _start = new byte[PackedSize.Longest];

    /// <param name="chunk">The column's part (<c>meta_data</c>).</param>
    /// <param name="column">The column.</param>
    /// <param name="place">Both, for messages.</param>
    /// <exception cref="InputException">Pages are damaged, or hold other values than the column's part should.</exception>
    public void Check(ThriftStruct chunk, ParquetColumn column, FilePart place)
    {
        var codec = CodecOf(chunk, place);
        var at = First(chunk);
        var (values, wanted, dictionary) = (0L, chunk.Number("num_values"), false);
        while (values < wanted)
        {
            var part = new FilePart(path, $"{place.Name}, page at byte {at}");
            if (at < FirstOffset || at >= end) throw place.Wrong(null, $"pages of {wanted} values before byte {end}", $"{values} values, and a page at byte {at}");
            var (header, length) = Header(at, part);
            var (type, packed) = ((PageType)header.Number("type"), header.Number("compressed_page_size"));
            if (packed < 0 || packed > end - at - length) throw part.Wrong("compressed_page_size", $"0 to {end - at - length}", $"{packed}");
            budget.AddWalked(part, length + packed);
            var levels = 0L;
            switch (type)
            {
                case PageType.Dictionary:
                    if (dictionary || values > 0) throw part.Wrong(null, "a page of values, as a dictionary is first", "a dictionary");
                    dictionary = true;
                    CheckDictionary(header, part);
                    break;
                case PageType.Data:
                    values += Values(header, "data_page_header", wanted - values, part);
                    break;
                case PageType.Data2:
                    if (column.Repeated) throw part.Wrong("type", "pages of version 1 where there are lists", "version 2");
                    values += Values(header, "data_page_header_v2", wanted - values, part);
                    levels = CheckLevels(header.Struct("data_page_header_v2"), packed, part);
                    break;
                default:
                    throw part.Wrong("type", "a page of values or a dictionary", $"{(long)type}");
            }
            CheckUnpacked(header, codec, at + length + levels, packed - levels, levels, part);
            at += length + packed;
        }
    }

    private static Codec CodecOf(ThriftStruct chunk, FilePart place)
    {
        var codec = (Codec)chunk.Number("codec");
        return Enum.IsDefined(codec)
            ? codec
            : throw place.Wrong("codec", string.Join(", ", Enum.GetValues<Codec>().Select(known => $"{(int)known} ({known})")), $"{(long)codec}");
    }

    /// <summary>The first place that is named: which kind of page is first differs by writer.</summary>
    private static long First(ThriftStruct chunk) =>
        new[] { chunk.Number("data_page_offset"), chunk.NumberOrNull("index_page_offset") ?? 0, chunk.NumberOrNull("dictionary_page_offset") ?? 0 }
            .Where(offset => offset != 0).DefaultIfEmpty().Min();

    private (ThriftStruct Header, long Length) Header(long at, FilePart part)
    {
        for (var window = (long)FirstWindow; ; window *= Growth)
        {
            var bytes = new byte[Math.Min(window, end - at)];
            file.Position = at;
            file.ReadExactly(bytes);
            var reader = new CompactReader(bytes, part);
            try
            {
                var header = reader.Read(ParquetFormat.Page);
                return (header, reader.Position);
            }
            catch (EndOfStreamException error)
            {
                if (bytes.Length < window) throw new InputException(path, part.Name, $"a header that ends before byte {end}", "one that does not", error);
            }
        }
    }

    private static void CheckDictionary(ThriftStruct header, FilePart part)
    {
        var dictionary = header.StructOrNull("dictionary_page_header") ?? throw part.Wrong("dictionary_page_header", "a value", "none");
        // Each entry has a byte at least.
        var (entries, most) = (dictionary.Number("num_values"), header.Number("uncompressed_page_size"));
        if (entries < 0 || entries > most) throw part.Wrong("num_values", $"0 to {most}", $"{entries}");
    }

    private static long Values(ThriftStruct header, string name, long most, FilePart part)
    {
        var page = header.StructOrNull(name) ?? throw part.Wrong(name, "a value", "none");
        var values = page.Number("num_values");
        return values >= 0 && values <= most ? values : throw part.Wrong("num_values", $"0 to {most}, as are left", $"{values}");
    }

    /// <summary>Bytes of levels, which stand before the values and are not packed.</summary>
    private static long CheckLevels(ThriftStruct page, long packed, FilePart part)
    {
        var (nulls, values) = (page.Number("num_nulls"), page.Number("num_values"));
        if (nulls < 0 || nulls > values) throw part.Wrong("num_nulls", $"0 to {values}", $"{nulls}");
        var (definition, repetition) = (page.Number("definition_levels_byte_length"), page.Number("repetition_levels_byte_length"));
        if (definition < 0 || repetition < 0 || definition + repetition > packed)
            throw part.Wrong("levels", $"0 to {packed} bytes", $"{definition} and {repetition}");
        return definition + repetition;
    }

    private void CheckUnpacked(ThriftStruct header, Codec codec, long at, long packed, long levels, FilePart part)
    {
        var size = header.Number("uncompressed_page_size");
        if (header.StructOrNull("data_page_header_v2")?.TruthOrNull("is_compressed") == false) codec = Codec.Uncompressed;
        if (codec == Codec.Uncompressed && size != packed + levels)
            throw part.Wrong("uncompressed_page_size", $"{packed + levels}, as nothing is packed", $"{size}");
        budget.AddUnpacked(part, size);
        if (codec is not (Codec.Snappy or Codec.Zstandard)) return;
        var start = _start.AsSpan(0, (int)Math.Min(packed, _start.Length));
        file.Position = at;
        file.ReadExactly(start);
        var said = codec == Codec.Snappy ? PackedSize.OfSnappy(start) : PackedSize.OfZstandard(start);
        if (said > size) budget.AddUnpacked(part, said.Value - size);
    }
}
