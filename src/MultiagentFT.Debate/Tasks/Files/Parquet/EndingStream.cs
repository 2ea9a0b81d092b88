namespace MultiagentFT.Debate.Tasks.Files.Parquet;

/// <summary>
/// A file that nobody reads for ever: to read at its end, or its bytes far more often than once, is an error.
/// </summary>
/// <param name="file">The file; who opened it closes it.</param>
internal sealed class EndingStream(Stream file) : Stream
{
    private const long ReadsOfAByte = 2;
    private const long FreeBytes = 1 << 16;

    private long _left = (ReadsOfAByte * file.Length) + FreeBytes;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer);
        if (read == 0 && buffer.Length > 0) throw new EndOfStreamException("its data goes on behind its end");
        _left -= read;
        return _left >= 0 ? read : throw new IOException("the same data is needed again and again");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
