using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Protocol;

public sealed class TranscriptFileTests : IDisposable
{
    private static readonly Problem[] Problems = [.. Enumerable.Range(0, 5).Select(n => new Problem($"p{n}", "?", "1"))];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Transcripts_come_back_as_they_were()
    {
        var transcripts = Debates();
        Write("t.jsonl", transcripts);

        Assert.Equal(Json(transcripts), Json(TranscriptFile.Read(_folder.File("t.jsonl"))));
    }

    [Fact]
    public void Appending_goes_on_where_a_file_ends()
    {
        Write("t.jsonl", Debates().Take(2));
        Write("t.jsonl", Debates().Skip(2));

        Assert.Equal(Json(Debates()), Json(TranscriptFile.Read(_folder.File("t.jsonl"))));
    }

    [Fact]
    public void Recovery_after_a_cut_at_every_byte_keeps_the_whole_chunks()
    {
        Write("whole.jsonl", Debates());
        var whole = File.ReadAllBytes(_folder.File("whole.jsonl"));
        var ends = whole.Index().Where(at => at.Item == '\n').Select(at => at.Index + 1).ToList();
        var path = _folder.File("cut.jsonl");
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var lines = ends.Count(end => end <= length);
            var kept = lines == 5 ? 5 : lines / 2 * 2;

            Assert.Equal(kept, TranscriptFile.Recover(path, Problems, [2, 4, 5]));
            Assert.Equal(whole[..(kept == 0 ? 0 : ends[kept - 1])], File.ReadAllBytes(path));
        }
        Assert.Equal(5, ends.Count);
    }

    [Fact]
    public void A_missing_file_holds_nothing() => Assert.Equal(0, TranscriptFile.Recover(_folder.File("none.jsonl"), Problems, [2, 4, 5]));

    [Fact]
    public void Debates_on_other_problems_are_refused_and_left_alone()
    {
        Write("t.jsonl", Debates().Reverse());
        var before = File.ReadAllBytes(_folder.File("t.jsonl"));

        var error = Assert.Throws<InputException>(() => TranscriptFile.Recover(_folder.File("t.jsonl"), Problems, [2, 4, 5]));

        Assert.EndsWith("line 1: expected the debate on problem p0, found p4", error.Message);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("t.jsonl")));
    }

    [Fact]
    public void More_debates_than_problems_are_refused()
    {
        Write("t.jsonl", Debates());

        Assert.Contains("line 4: expected 3 transcripts", Refusal(Problems[..3]));
    }

    [Fact]
    public void A_whole_line_that_is_no_transcript_is_refused()
    {
        _folder.Write("t.jsonl", "{\"format\":2,\"problemId\":3}");

        Assert.Contains("t.jsonl: line 1: expected a transcript", Refusal(Problems));
    }

    [Theory]
    [InlineData("turns")]
    [InlineData("votes")]
    public void Nothing_in_a_list_may_be_null(string list)
    {
        Write("t.jsonl", Debates().Take(1));
        var text = File.ReadAllText(_folder.File("t.jsonl"));
        _folder.Write("t.jsonl", text.Replace($"\"{list}\":[", $"\"{list}\":[null,", StringComparison.Ordinal));

        Assert.Contains("t.jsonl: line 1: expected a transcript", Refusal(Problems));
    }

    [Fact]
    public void A_line_of_another_version_is_refused_by_name()
    {
        _folder.Write("t.jsonl", """{"problemId":"p0","question":"?","truth":"1","turns":[],"vote":"1","correct":true}""");
        Assert.Contains("t.jsonl: expected format 2, found no \"format\", as version 1 wrote it", Refusal(Problems));
        Assert.Contains("start anew", Assert.Throws<InputException>(() => TranscriptFile.Read(_folder.File("t.jsonl"))).Message);

        _folder.Write("t.jsonl", """{"format":3,"problemId":"p0","new":1}""");
        Assert.Contains("t.jsonl: expected format 2, found format 3", Refusal(Problems));
    }

    public void Dispose() => _folder.Dispose();

    private string Refusal(Problem[] problems) =>
        Assert.Throws<InputException>(() => TranscriptFile.Recover(_folder.File("t.jsonl"), problems, [2, 4, 5])).Message;

    private static Transcript[] Debates() =>
    [
        .. Problems.Select((problem, n) => Transcripts.Of(problem.Id, n == 0 ? null : "ü", ["1", null]).With(2, 0, turn =>
            turn with
            {
                Adapter = "critic-0@1",
                Summary = new SummaryTurn("line\nbreak", ulong.MaxValue, 1, 2),
                Failure = n == 0 ? new(FailureKind.Invalid, "why") : null,
            })),
    ];

    private void Write(string name, IEnumerable<Transcript> transcripts)
    {
        using var file = new TranscriptFile(_folder.File(name));
        foreach (var transcript in transcripts) file.Append(transcript);
    }

    private static string Json(IEnumerable<Transcript> transcripts) => JsonSerializer.Serialize(transcripts);
}
