using System.Text;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Files;
using MultiagentFT.Debate.Tests.Fakes;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tests.Tasks.Files;

/// <summary>Files from outside with bytes changed at random: read, or refused as bad input, whatever they hold.</summary>
public sealed class MutationTests : IDisposable
{
    private const int Mutants = 2000;

    private const string Problems = """
        {"question":"What is \"1+1\"? \u00e9 \ud83d\ude00","answer":"2","level":"Level 5","id":7}
        {"problem":"Find $\\delta$.","solution":"so \\boxed{\\frac{1}{2}}","subject":"Algebra","more":[null,{"a":[]}]}
        {"question":"Q","answer":-4.5e3}
        """;

    private const string Table = "question,answer,level\n\"What is \"\"1,5\"\"\nin words?\",\"a, b\",5\nQ,4,\nR,,1\n";

    private const string Conversations = """
        {"messages":[{"role":"system","content":""},{"role":"user","content":"\u00e9?"},{"role":"assistant","content":"yo"}],"id":1}
        {"prompt":"hi","completion":[{"role":"assistant","content":"\\boxed{2}"}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("problems.jsonl", Problems)]
    [InlineData("problems.csv", Table)]
    public void A_file_of_problems_is_read_or_refused(string name, string content) => Survives(name, content, path =>
    {
        var task = FileTask.Open(path);
        _ = task.Draw(Split.All, task.Available(Split.All)!.Value, new Seed(1));
        _ = FileTask.Open(path, options: new TaskFileOptions { Levels = ["5"] });
    });

    [Fact]
    public void A_dataset_is_read_or_refused() => Survives("data.jsonl", Conversations, path => DatasetFile.Read(path));

    private void Survives(string name, string content, Action<string> read)
    {
        var path = _folder.File(name);
        var whole = Encoding.UTF8.GetBytes(content);
        var random = new SplitMix64(16);
        var refused = 0;
        for (var i = 0; i < Mutants; i++)
        {
            File.WriteAllBytes(path, Mutant(whole, random));
            try
            {
                read(path);
            }
            catch (InputException error)
            {
                Assert.StartsWith(path, error.Message);
                refused++;
            }
        }
        Assert.InRange(refused, 1, Mutants);
    }

    /// <summary>Some bytes replaced, removed or repeated.</summary>
    private static byte[] Mutant(byte[] whole, SplitMix64 random)
    {
        var bytes = whole.ToList();
        for (var edit = random.Next(4); edit >= 0 && bytes.Count > 0; edit--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)"{}[]\",:\\\n\0 u0"[random.Next(13)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(1 + random.Next(12), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(1 + random.Next(40), bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }
}
