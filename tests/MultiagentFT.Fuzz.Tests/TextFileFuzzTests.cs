using System.Text;
using System.Text.Json.Serialization;
using CsCheck;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Foundation;
using MultiagentFT.Fuzz.Tests.Mutation;
using MultiagentFT.Testing;
using Parquet.Serialization;

namespace MultiagentFT.Fuzz.Tests;

/// <summary>Damaged files of problems, in each format, and damaged chat datasets.</summary>
public sealed class TextFileFuzzTests : IDisposable
{
    private const int Count = 400;

    private const string Problems = """
        {"question":"What is \"1+1\"? \u00e9 \ud83d\ude00","answer":"2","level":"Level 5","id":7}
        {"problem":"Find $\\delta$.","solution":"so \\boxed{\\frac{1}{2}}","subject":"Algebra","more":[null,{"a":[]}]}
        {"question":"Q","answer":-4.5e3,"id":"q"}
        {"question":"Q","answer":-4500}
        {"question":"How many?"}
        """;

    private const string Table = "question,answer,level,id\n\"What is \"\"1,5\"\"\nin words?\",\"a, b\",5,1\nQ,4,,2\r\nR,,1,3\n\u00e9,\"\\boxed{2}\",2,4\n";

    private const string Conversations = """
        {"messages":[{"role":"system","content":""},{"role":"user","content":"\u00e9?"},{"role":"assistant","content":"yo"}],"id":1}
        {"messages":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user","content":"3"},{"role":"assistant","content":"4","weight":0}]}
        {"prompt":"hi","completion":[{"role":"assistant","content":"\\boxed{2}"}]}
        {"prompt":[{"role":"user","content":"a\nb"}],"completion":"c"}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Problems_as_JSON_Lines() => ReadProblems("problems.jsonl", Encoding.UTF8.GetBytes(Problems));

    [Fact]
    public void Problems_as_CSV() => ReadProblems("problems.csv", Encoding.UTF8.GetBytes(Table));

    [Fact]
    public async Task Problems_as_Parquet()
    {
        var path = _folder.File("whole.parquet");
        await using (var stream = File.Create(path))
        {
            await ParquetSerializer.SerializeAsync(
                Enumerable.Range(0, 20).Select(i => new Row { Problem = $"What is {i}+\u221a{i}?", Answer = i % 3 == 0 ? null : i, Level = $"Level {i % 5}", Share = i / 7.0 }), stream);
        }
        ReadProblems("problems.parquet", await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public void A_chat_dataset() => Read("data.jsonl", Encoding.UTF8.GetBytes(Conversations), path => DatasetFile.Read(path));

    private void ReadProblems(string name, byte[] whole) => Read(name, whole, path =>
    {
        Fuzzer.Takes(() =>
        {
            try
            {
                TaskCatalog.Open(path, options: new TaskFileOptions { Levels = ["4"], AnswerField = "answer" });
            }
            catch (InputException error) when (error.InnerException is TimeoutException)
            {
                throw new InvalidOperationException("needs the limit of time: a thread is left behind", error);
            }
        });
        var task = TaskCatalog.Open(path);
        var problems = task.Draw(Split.All, task.Available(Split.All)!.Value, new Seed(1));
        foreach (var problem in problems) task.Same(task.Extract(problem.Question) ?? "", problem.Answer ?? "");
        _ = task.Notes;
    });

    private void Read(string name, byte[] whole, Action<string> read)
    {
        var path = _folder.File(name);
        File.WriteAllBytes(path, whole);
        read(path);
        var bytes = ByteMutants.Of(whole);
        Fuzzer.Run(name, Count, name.EndsWith(".jsonl", StringComparison.Ordinal) ? Gen.Frequency((1, bytes), (1, JsonMutants.Of(whole))) : bytes, mutant =>
        {
            File.WriteAllBytes(path, mutant.Content);
            return Fuzzer.Takes(() => read(path));
        });
    }

    public sealed class Row
    {
        [JsonPropertyName("problem")]
        public string? Problem { get; set; }

        [JsonPropertyName("answer")]
        public int? Answer { get; set; }

        [JsonPropertyName("level")]
        public string? Level { get; set; }

        public double Share { get; set; }
    }
}
