using System.Buffers.Binary;

namespace MultiagentFT.Debate.Tests.Tasks.Files.Parquet;

/// <summary>
/// A Parquet file written by hand: the texts A and B of a required column <c>question</c> on one page, not packed. Each of its numbers can be another.
/// </summary>
internal sealed record HandmadeParquet
{
    public long Rows { get; init; } = 2;

    public long GroupRows { get; init; } = 2;

    public int Groups { get; init; } = 1;

    public long ChunkValues { get; init; } = 2;

    public long PageOffset { get; init; } = 4;

    public int Codec { get; init; }

    public int ChunkType { get; init; } = 6;

    public string ChunkPath { get; init; } = "question";

    public string? FilePath { get; init; }

    /// <summary>0: required, 1: optional, 2: repeated.</summary>
    public int Repetition { get; init; }

    public int PageType { get; init; }

    public long PageValues { get; init; } = 2;

    /// <summary>Null for the true one.</summary>
    public long? PackedSize { get; init; }

    /// <inheritdoc cref="PackedSize" />
    public long? UnpackedSize { get; init; }

    /// <summary>Null for a page of version 1 without one; bytes and values of version 2.</summary>
    public (long Nulls, long Definition, long Repetition)? Levels { get; init; }

    /// <summary>Entries of a dictionary, if the page is one.</summary>
    public long? Dictionary { get; init; }

    public byte[] Data { get; init; } = [1, 0, 0, 0, (byte)'A', 1, 0, 0, 0, (byte)'B'];

    /// <summary>Another page behind the first.</summary>
    public byte[] Next { get; init; } = [];

    /// <summary>Elements of the schema behind its root; null for the column.</summary>
    public byte[][]? Schema { get; init; }

    /// <summary>Children of the root.</summary>
    public int Children { get; init; } = 1;

    /// <summary>Fields before the footer's end.</summary>
    public byte[] More { get; init; } = [];

    public byte[] Head { get; init; } = [.. "PAR1"u8];

    public byte[] Tail { get; init; } = [.. "PAR1"u8];

    /// <summary>An element of a schema.</summary>
    public static byte[] Element(string name, int? type, int? children = null, int? repetition = 0) => new CompactWriter()
        .I32(1, type).I32(3, repetition).Field(4, 8, CompactWriter.Text(name)).I32(5, children).End();

    /// <summary>A file with this footer, and nothing else.</summary>
    public static byte[] OfFooter(params byte[] footer)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        return [.. "PAR1"u8, .. footer, .. length, .. "PAR1"u8];
    }

    public byte[] Bytes()
    {
        byte[] pages = [.. Header(), .. Data, .. Next];
        var chunk = new CompactWriter()
            .I32(1, ChunkType)
            .Field(2, 9, CompactWriter.List(5, CompactWriter.Signed(0)))
            .Field(3, 9, CompactWriter.List(8, CompactWriter.Text(ChunkPath)))
            .I32(4, Codec)
            .I64(5, ChunkValues)
            .I64(6, pages.Length)
            .I64(7, pages.Length)
            .I64(9, PageOffset)
            .End();
        var column = new CompactWriter();
        if (FilePath is not null) column.Field(1, 8, CompactWriter.Text(FilePath));
        var group = new CompactWriter()
            .Field(1, 9, CompactWriter.List(12, column.I64(2, 4).Field(3, 12, chunk).End()))
            .I64(2, pages.Length)
            .I64(3, GroupRows)
            .End();
        var footer = new CompactWriter()
            .I32(1, 1)
            .Field(2, 9, CompactWriter.List(12, [Element("root", null, Children, null), .. Schema ?? [Element("question", 6, null, Repetition)]]))
            .I64(3, Rows)
            .Field(4, 9, CompactWriter.List(12, [.. Enumerable.Repeat(group, Groups)]))
            .End(More);
        var file = OfFooter(footer);
        return [.. Head, .. pages, .. file[4..^4], .. Tail];
    }

    private byte[] Header()
    {
        var header = new CompactWriter().I32(1, PageType).I32(2, UnpackedSize ?? Data.Length).I32(3, PackedSize ?? Data.Length);
        if (Dictionary is not null) header.Field(7, 12, new CompactWriter().I32(1, Dictionary).I32(2, 0).End());
        else if (Levels is { } levels)
            header.Field(8, 12, new CompactWriter().I32(1, PageValues).I32(2, levels.Nulls).I32(3, PageValues).I32(4, 0).I32(5, levels.Definition).I32(6, levels.Repetition).End());
        else header.Field(5, 12, new CompactWriter().I32(1, PageValues).I32(2, 0).I32(3, 3).I32(4, 3).End());
        return header.End();
    }
}
