using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks.Files.Parquet;

/// <summary>Files written by hand, with one thing wrong each: the sentence says which.</summary>
public sealed class ParquetCheckTests : IDisposable
{
    private static readonly HandmadeParquet Sound = new();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[], string> Wrong => new()
    {
        { "nothing", [], "expected a Parquet file, found one of 0 bytes" },
        { "another beginning", (Sound with { Head = [.. "PAR2"u8] }).Bytes(), "expected a Parquet file, found one that does not begin with PAR1" },
        { "another end", (Sound with { Tail = [.. "PAR2"u8] }).Bytes(), "expected a Parquet file, found one that does not end with PAR1" },
        { "encrypted", (Sound with { Tail = [.. "PARE"u8] }).Bytes(), "expected a Parquet file, found an encrypted one, which is not read" },
        {
            "a footer longer than the file", [.. "PAR1"u8, 1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff, .. "PAR1"u8],
            "expected a Parquet file, found one of 16 bytes whose footer has 4294967295 bytes (at most 4)"
        },
        // What the library reads for ever.
        { "no footer", HandmadeParquet.OfFooter(), "footer: expected a structure that ends within its 0 bytes, found one that does not" },
        { "a number without an end", HandmadeParquet.OfFooter(0x15, 0x82), "footer: expected a structure that ends within its 2 bytes, found one that does not" },
        { "a structure without an end", HandmadeParquet.OfFooter(0x15, 2), "footer: expected a structure that ends within its 2 bytes, found one that does not" },
        { "a text without an end", HandmadeParquet.OfFooter(0x68, 9, 65, 0), "footer: expected a structure that ends within its 4 bytes, found one that does not" },
        { "a list without an end", HandmadeParquet.OfFooter(0x59, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f, 0), "footer: expected a structure that ends within its 8 bytes, found one that does not" },
        {
            "a number that is too long", HandmadeParquet.OfFooter(0x15, 0x82, 0x80, 0x80, 0x80, 0x10, 0),
            "footer: version: expected a number of at most 32 bits, found a longer one"
        },
        { "a number of a field that is none", HandmadeParquet.OfFooter(0x05, 0x01, 0), "footer: expected fields with numbers of 1 to 32767, found -1" },
        { "another type", HandmadeParquet.OfFooter(0x25, 2, 0), "footer: schema: expected a list, found a number of 32 bits" },
        { "other elements", HandmadeParquet.OfFooter(0x29, 0x15, 2, 0), "footer: schema: expected a structure, found a number of 32 bits" },
        { "a type of no field", HandmadeParquet.OfFooter(0x2d, 2, 0), "footer: schema: expected a list, found a value of type 13" },
        { "a field twice", HandmadeParquet.OfFooter(0x15, 2, 0x05, 2, 2, 0), "footer: version: expected it once, found it twice" },
        { "no schema", HandmadeParquet.OfFooter(0x15, 2, 0), "footer: schema: expected a value, found none" },
        {
            "a structure of another version", (Sound with { More = [0x7c, 0] }).Bytes(),
            "footer: field 11: expected a field that this version of the format knows, or numbers or texts, found a structure"
        },
        // The schema.
        { "no root", HandmadeParquet.OfFooter(0x29, 0x0c, 0x16, 0, 0x19, 0x0c, 0), "footer: schema: expected a root, found nothing" },
        { "children that are missing", (Sound with { Children = 2 }).Bytes(), "footer: schema: expected 2 children of the root, found 1" },
        { "children of nobody", (Sound with { Children = 0 }).Bytes(), "footer: schema: expected 1 elements, as num_children say, found 2" },
        {
            "a column twice", (Sound with { Children = 2, Schema = [HandmadeParquet.Element("question", 6), HandmadeParquet.Element("question", 6)] }).Bytes(),
            "footer: schema: expected every column once, found question"
        },
        {
            "neither a type nor children", (Sound with { Schema = [HandmadeParquet.Element("question", null)] }).Bytes(),
            "footer: schema: question: expected either children or a type of 0 to 7, found 0 children and no type"
        },
        {
            "both", (Sound with { Schema = [HandmadeParquet.Element("question", 6, 1)] }).Bytes(),
            "footer: schema: question: expected either children or a type of 0 to 7, found 1 children and type 6"
        },
        {
            "a deep tree", (Sound with { Schema = [.. Enumerable.Repeat(HandmadeParquet.Element("a", null, 1), 40)] }).Bytes(),
            "footer: schema: expected at most 32 elements within one another, found more"
        },
        {
            "a wide tree", (Sound with { Children = 1025, Schema = [.. Enumerable.Range(0, 1025).Select(i => HandmadeParquet.Element($"{i}", 1))] }).Bytes(),
            "footer: schema: expected at most 1024 columns, found more"
        },
        // Groups and columns.
        { "other rows", (Sound with { Rows = 3 }).Bytes(), "footer: num_rows: expected 2, as row groups have, found 3" },
        { "negative rows", (Sound with { GroupRows = -1 }).Bytes(), "row group 1: expected a number of rows, found -1" },
        { "as many rows as fit into no memory", (Sound with { GroupRows = 1 << 30 }).Bytes(), "row group 1: expected at most 1050400 rows in a file of 114 bytes, found 1073741824" },
        { "other values", (Sound with { ChunkValues = 3 }).Bytes(), "row group 1, column question: num_values: expected 2, as there are rows, found 3" },
        {
            "fewer values than rows of lists", (Sound with { ChunkValues = 1, Repetition = 2 }).Bytes(),
            "row group 1, column question: num_values: expected at least 2, as there are rows, found 1"
        },
        { "columns that are missing", (Sound with { Children = 2, Schema = [HandmadeParquet.Element("question", 6), HandmadeParquet.Element("b", 6)] }).Bytes(), "row group 1: columns: expected 2, as the schema has, found 1" },
        { "another path", (Sound with { ChunkPath = "answer" }).Bytes(), "row group 1, column question: path_in_schema: expected that of the schema's column, found answer" },
        { "another type of the column", (Sound with { ChunkType = 2 }).Bytes(), "row group 1, column question: type: expected 6, as the schema has, found 2" },
        { "another file", (Sound with { FilePath = "/etc/passwd" }).Bytes(), "row group 1, column question: file_path: expected none, as columns in other files are not read, found /etc/passwd" },
        {
            "a way of packing that is not read", (Sound with { Codec = 5 }).Bytes(),
            "row group 1, column question: codec: expected 0 (Uncompressed), 1 (Snappy), 2 (Gzip), 4 (Brotli), 6 (Zstandard), 7 (Lz4Raw), found 5"
        },
        // Pages.
        { "a page before the first", (Sound with { PageOffset = -5 }).Bytes(), "row group 1, column question: expected pages of 2 values before byte 31, found 0 values, and a page at byte -5" },
        { "a page behind the last", (Sound with { PageOffset = 1 << 20 }).Bytes(), "row group 1, column question: expected pages of 2 values before byte 31, found 0 values, and a page at byte 1048576" },
        { "a page nowhere", (Sound with { PageOffset = 0 }).Bytes(), "row group 1, column question: expected pages of 2 values before byte 31, found 0 values, and a page at byte 0" },
        { "a page without an end", (Sound with { Data = [], Next = [0x15, 0x80], PageValues = 0 }).Bytes(), "row group 1, column question, page at byte 21: expected a header that ends before byte 23, found one that does not" },
        { "a page that goes back", (Sound with { PackedSize = -17, PageValues = 0 }).Bytes(), "row group 1, column question, page at byte 4: compressed_page_size: expected 0 to 10, found -17" },
        { "a page that is too long", (Sound with { PackedSize = 999 }).Bytes(), "row group 1, column question, page at byte 4: compressed_page_size: expected 0 to 10, found 999" },
        { "fewer values than the column has", (Sound with { PageValues = 1 }).Bytes(), "row group 1, column question: expected pages of 2 values before byte 31, found 1 values, and a page at byte 31" },
        { "more values than the column has", (Sound with { PageValues = 3 }).Bytes(), "row group 1, column question, page at byte 4: num_values: expected 0 to 2, as are left, found 3" },
        { "pages that hold the same bytes", (Sound with { Groups = 20, Rows = 40 }).Bytes(), "row group 2, column question, page at byte 4: expected at most 27 bytes of pages in a file of 833 bytes, found 54" },
        { "another kind of page", (Sound with { PageType = 1 }).Bytes(), "row group 1, column question, page at byte 4: type: expected a page of values or a dictionary, found 1" },
        { "a page without its header", (Sound with { PageType = 3 }).Bytes(), "row group 1, column question, page at byte 4: data_page_header_v2: expected a value, found none" },
        { "a dictionary without its header", (Sound with { PageType = 2 }).Bytes(), "row group 1, column question, page at byte 4: dictionary_page_header: expected a value, found none" },
        { "a dictionary of more entries than bytes", (Sound with { PageType = 2, Dictionary = 1 << 30 }).Bytes(), "row group 1, column question, page at byte 4: num_values: expected 0 to 10, found 1073741824" },
        { "negative nulls", (Sound with { PageType = 3, Levels = (-1, 0, 0) }).Bytes(), "row group 1, column question, page at byte 4: num_nulls: expected 0 to 2, found -1" },
        { "levels longer than their page", (Sound with { PageType = 3, Levels = (0, 8, 8) }).Bytes(), "row group 1, column question, page at byte 4: levels: expected 0 to 10 bytes, found 8 and 8" },
        { "lists in version 2", (Sound with { PageType = 3, Levels = (0, 0, 0), Repetition = 2 }).Bytes(), "row group 1, column question, page at byte 4: type: expected pages of version 1 where there are lists, found version 2" },
        { "another size though nothing is packed", (Sound with { UnpackedSize = 11 }).Bytes(), "row group 1, column question, page at byte 4: uncompressed_page_size: expected 10, as nothing is packed, found 11" },
        { "packed data of a size that no file needs", (Sound with { Codec = 2, UnpackedSize = int.MaxValue }).Bytes(), "row group 1, column question, page at byte 4: expected at most 67138048 bytes after unpacking in a file of 114 bytes, found 2147483647" },
        {
            "packed data that says such a size (snappy)", (Sound with { Codec = 1, Data = [0xff, 0xff, 0xff, 0xff, 0x07, 0, 0] }).Bytes(),
            "row group 1, column question, page at byte 4: expected at most 67136256 bytes after unpacking in a file of 107 bytes, found 2147483647"
        },
        {
            "packed data that says such a size (zstandard)", (Sound with { Codec = 6, Data = [0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0xff, 0xff, 0xff, 0x7f] }).Bytes(),
            "row group 1, column question, page at byte 4: expected at most 67136768 bytes after unpacking in a file of 109 bytes, found 2147483647"
        },
        // Values, which the library reads.
        { "a text longer than its page", (Sound with { Data = [1, 0, 0, 0, (byte)'A', 99, 0, 0, 0, (byte)'B'] }).Bytes(), "expected a Parquet file, found failed to read column 'question': " },
        { "levels of fewer values", (Sound with { Repetition = 1, Data = [0, 0, 0, 0, 1, 0, 0, 0, (byte)'A'] }).Bytes(), "expected a Parquet file, found failed to read column 'question': " },
        { "data that is not packed as it says", (Sound with { Codec = 6 }).Bytes(), "expected a Parquet file, found failed to read column 'question': " },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(string what, byte[] content, string message)
    {
        var path = File(content);

        var error = Assert.Throws<InputException>(() => FileTask.Open(path));

        Assert.NotEmpty(what);
        if (message.EndsWith(": ", StringComparison.Ordinal)) Assert.StartsWith($"{path}: {message}", error.Message);
        else Assert.Equal($"{path}: {message}", error.Message);
        Assert.IsNotType<TimeoutException>(error.InnerException);
    }

    public static TheoryData<string, byte[]> Whole => new()
    {
        { "as it is", Sound.Bytes() },
        { "an empty page before", (Sound with { Data = [], PageValues = 0, Next = Sound.Bytes()[4..31] }).Bytes() },
        { "fields that are not known", (Sound with { More = [0x75, 2, 0x18, 3, 1, 2, 3, 0x19, 0x36, 2, 2, 2, 0x11, 0x17, 1, 2, 3, 4, 5, 6, 7, 8] }).Bytes() },
        { "version 2", (Sound with { PageType = 3, Levels = (0, 0, 0) }).Bytes() },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void What_is_sound_is_read(string what, byte[] content)
    {
        var task = FileTask.Open(File(content));

        Assert.NotEmpty(what);
        Assert.Equal(["A", "B"], task.Draw(Split.All, task.Available(Split.All)!.Value, new Seed(1)).Select(problem => problem.Question).Order());
    }

    private string File(byte[] content)
    {
        var path = _folder.File("problems.parquet");
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }
}
