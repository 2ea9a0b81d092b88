using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;
using Parquet;
using Parquet.Serialization;

namespace MultiagentFT.Debate.Tests.Tasks.Files.Parquet;

/// <summary>
/// Files that Arrow's C++ library wrote (by the package ParquetSharp 25.0.1.2), with pages of 256 bytes: columns <c>question</c>, <c>answer</c>
/// (a number; none in each third row), <c>level</c>, <c>share</c>, of 20 rows a group.
/// </summary>
public sealed class ParquetWritersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain", 60)]
    [InlineData("snappy", 40)]
    [InlineData("snappy-version-2", 40)]
    [InlineData("gzip", 40)]
    [InlineData("brotli", 40)]
    [InlineData("lz4-raw", 40)]
    [InlineData("zstandard", 40)]
    [InlineData("zstandard-version-2", 40)]
    [InlineData("delta-byte-array-version-2", 20)]
    [InlineData("delta-length-byte-array", 20)]
    public void All_values_are_read(string name, int rows)
    {
        var read = ParquetRows.Read(Recorded(name)).ToList();

        Assert.Equal(
            Enumerable.Range(0, rows).Select(i => ($"row {i + 1}", $"What is {i}+\u221a{i}?", i % 3 == 0 ? null : $"{i}", $"Level {i % 5}", FormattableString.Invariant($"{i / 7.0}"))),
            read.Select(row => (row.Place, row.Text("question"), row.Text("answer"), row.Text("level"), row.Text("share")))!);
    }

    [Fact]
    public void A_column_of_lists_beside_texts()
    {
        var read = ParquetRows.Read(Recorded("list")).ToList();

        Assert.Equal([("A", "1"), ("B", null), ("C", "3")], read.Select(row => (row.Text("question"), row.Text("answer"))));
        Assert.Contains("tags: expected a text or a number, found a list", Assert.Throws<InputException>(() => read[0].Text("tags")).Message);
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Brotli)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Lz4Raw)]
    public async Task Groups_that_the_library_wrote_one_after_another(CompressionMethod method)
    {
        var path = _folder.File("appended.parquet");
        await using (var stream = File.Create(path))
        {
            await ParquetSerializer.SerializeAsync(Rows(0, 5), stream, new ParquetOptions { CompressionMethod = method, RowGroupSize = 2 });
        }
        await using (var stream = File.Open(path, FileMode.Open, FileAccess.ReadWrite))
        {
            await ParquetSerializer.SerializeAsync(Rows(5, 3), stream, new ParquetOptions { CompressionMethod = method, Append = true });
        }

        Assert.Equal(
            Enumerable.Range(0, 8).Select(i => ($"What is {i}?", $"{i}")),
            ParquetRows.Read(path).Select(row => (row.Text("Question"), row.Text("Answer")))!);
    }

    private static IEnumerable<Row> Rows(int first, int count) => Enumerable.Range(first, count).Select(i => new Row { Question = $"What is {i}?", Answer = i, Parts = [i, i + 1] });

    private string Recorded(string name)
    {
        var path = _folder.File($"{name}.parquet");
        using var resource = typeof(ParquetWritersTests).Assembly.GetManifestResourceStream($"{name}.parquet")!;
        using var file = File.Create(path);
        resource.CopyTo(file);
        return path;
    }

    public sealed class Row
    {
        public string? Question { get; set; }

        public int Answer { get; set; }

        public List<int>? Parts { get; set; }
    }
}
