using System.IO.Compression;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Report.Browser;

/// <summary>
/// The debates of a run as gzip over JSON, in base64: an index of all, which lists and filters read, and chunks of whole problems with what agents said, each read
/// when a debate of it is opened or searched. All debates on one problem lie together, since they resemble each other most, and since a sample then has the same
/// problems for every method.
/// </summary>
/// <param name="Index">{"columns": [{"method", "iteration", "title"}], "problems": [[number, chunk, place in it, question, truth, row]]}, rows as in <see cref="EncodedProblem"/>.</param>
/// <param name="Chunks">Each an array of the texts of problems, as in <see cref="EncodedProblem"/>.</param>
/// <param name="Problems">Those that are in it.</param>
/// <param name="Debates">Debates on them.</param>
internal sealed record DebateArchive(string Index, IReadOnlyList<string> Chunks, int Problems, int Debates)
{
    /// <summary>Bytes of a chunk before it is compressed: a debate is opened within some milliseconds.</summary>
    private const int ChunkBytes = 1 << 19;

    /// <summary>The element around a chunk in the document, at most.</summary>
    private const int MarkupBytes = 128;

    /// <summary>An archive without debates.</summary>
    public static DebateArchive Empty(DebateTable table) => Of(table, []);

    /// <summary>The debates on as many problems as fit, drawn at random, the same ones for the same run.</summary>
    /// <param name="table">The debates.</param>
    /// <param name="data">Compares answers, and has the seed.</param>
    /// <param name="budget">Bytes that the archive may take in the document more than an empty one.</param>
    public static DebateArchive Of(DebateTable table, ReportData data, long budget)
    {
        BrowsedProblem[] order = [.. table.Problems];
        new Seed(data.Config.Seed).Of("report").Of("browser").Generator().Shuffle(order.AsSpan());
        var (chunks, pending, size) = (new List<Chunk>(), new List<EncodedProblem>(), 0L);
        var isFull = false;
        foreach (var problem in order)
        {
            var encoded = EncodedProblem.Of(problem, data.Task);
            pending.Add(encoded);
            size += encoded.Texts.Length;
            if (size < ChunkBytes) continue;
            isFull = !Close();
            if (isFull) break;
        }
        if (!isFull) Close();

        // Rows take less together than each chunk's alone; where they do not, the last chunks go.
        var archive = Of(table, chunks);
        for (var empty = Empty(table); chunks.Count > 0 && archive.Size - empty.Size > budget; archive = Of(table, chunks)) chunks.RemoveAt(chunks.Count - 1);
        return archive;

        // Whether all that is pending has found room.
        bool Close()
        {
            for (var count = pending.Count; count > 0; count = Math.Min(count, pending.Count))
            {
                var chunk = Chunk.Of(pending[..count]);
                if (chunk.Bytes > budget - chunks.Sum(other => other.Bytes))
                {
                    count /= 2;
                    continue;
                }
                chunks.Add(chunk);
                pending.RemoveRange(0, count);
            }
            size = 0;
            return pending.Count == 0;
        }
    }

    private long Size => Index.Length + Chunks.Sum(chunk => (long)chunk.Length + MarkupBytes);

    private static DebateArchive Of(DebateTable table, List<Chunk> chunks)
    {
        var places =
            from chunk in chunks.Index()
            from place in chunk.Item.Problems.Index()
            orderby place.Item.Problem.Number
            select (Chunk: chunk.Index, Place: place.Index, place.Item.Problem, place.Item.Row);
        var index = EncodedProblem.Json(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (var (evaluation, title) in table.Evaluations)
            {
                json.WriteStartObject();
                json.WriteString("method", evaluation.Method.Key);
                json.WriteNumber("iteration", evaluation.Iteration);
                json.WriteString("title", title);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("problems");
            foreach (var (chunk, place, problem, row) in places)
            {
                json.WriteStartArray();
                json.WriteNumberValue(problem.Number);
                json.WriteNumberValue(chunk);
                json.WriteNumberValue(place);
                json.WriteStringValue(problem.Question);
                json.WriteStringValue(problem.Truth);
                json.WriteRawValue(row);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
        var problems = chunks.SelectMany(chunk => chunk.Problems).ToList();
        return new DebateArchive(
            Packed(index), [.. chunks.Select(chunk => chunk.Content)], problems.Count, problems.Sum(problem => problem.Problem.Debates.Count(debate => debate is not null)));
    }

    private static string Packed(byte[] json)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(json);
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    /// <param name="Problems">In the order of the content, without their texts.</param>
    /// <param name="Content">Their texts.</param>
    /// <param name="Bytes">What it takes in the document, its part of the index included.</param>
    private sealed record Chunk(IReadOnlyList<EncodedProblem> Problems, string Content, long Bytes)
    {
        public static Chunk Of(IReadOnlyList<EncodedProblem> problems)
        {
            var content = Packed(Joined(problems.Select(problem => problem.Texts)));
            var rows = Packed(EncodedProblem.Json(json =>
            {
                json.WriteStartArray();
                foreach (var problem in problems)
                {
                    json.WriteStringValue(problem.Problem.Question);
                    json.WriteStringValue(problem.Problem.Truth);
                    json.WriteRawValue(problem.Row);
                }
                json.WriteEndArray();
            }));
            return new Chunk([.. problems.Select(problem => problem with { Texts = [] })], content, content.Length + rows.Length + MarkupBytes);
        }

        private static byte[] Joined(IEnumerable<byte[]> values) => EncodedProblem.Json(json =>
        {
            json.WriteStartArray();
            foreach (var value in values) json.WriteRawValue(value, skipInputValidation: true);
            json.WriteEndArray();
        });
    }
}
