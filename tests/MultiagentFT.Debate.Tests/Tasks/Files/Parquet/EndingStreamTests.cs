using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tasks.Files.Parquet;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks.Files.Parquet;

/// <summary>What reads on for ever is ended.</summary>
public sealed class EndingStreamTests
{
    [Fact]
    public void Bytes_are_read_and_their_end_is_an_error()
    {
        using var stream = new EndingStream(new MemoryStream([1, 2, 3]));
        var bytes = new byte[2];

        Assert.Equal(2, stream.Read(bytes));
        Assert.Equal([1, 2], bytes);
        Assert.Equal(3, stream.ReadByte());
        Assert.Equal(0, stream.Read([]));
        Assert.Throws<EndOfStreamException>(() => stream.ReadByte());
        Assert.Equal(1, stream.Seek(-2, SeekOrigin.End));
        Assert.Equal(2, stream.ReadByte());
    }

    [Fact]
    public async Task The_same_bytes_are_not_read_for_ever()
    {
        await using var stream = new EndingStream(new MemoryStream(new byte[1 << 16]));
        var bytes = new byte[1 << 16];

        for (var i = 0; i < 3; i++)
        {
            stream.Position = 0;
            await stream.ReadExactlyAsync(bytes);
        }
        stream.Position = 0;

        Assert.Contains("again and again", (await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(bytes))).Message);
    }

    /// <summary>No file is known that needs it.</summary>
    [Fact]
    public void Reading_that_does_not_end_is_given_up()
    {
        using var stream = new WaitingStream();

        var error = Assert.Throws<InputException>(() => ParquetRows.Load("problems.parquet", stream, TimeSpan.FromMilliseconds(20)));

        stream.Continue.Set();
        Assert.StartsWith("problems.parquet: expected a Parquet file, found one whose reading does not end in 0 s", error.Message);
    }

    private sealed class WaitingStream() : MemoryStream(new byte[100])
    {
        public ManualResetEventSlim Continue { get; } = new();

        public override long Seek(long offset, SeekOrigin loc)
        {
            Continue.Wait();
            return base.Seek(offset, loc);
        }
    }
}
