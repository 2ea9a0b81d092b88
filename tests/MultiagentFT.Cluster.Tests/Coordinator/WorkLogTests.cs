using MultiagentFT.Cluster.Connection;
using MultiagentFT.Cluster.Coordinator;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Coordinator;

public sealed class WorkLogTests : IDisposable
{
    private static readonly string Hash = new('1', 64);
    private static readonly WorkContent Work = new(Hash, null, new TrainingWork("critic-1", new TrainingOptions(), 3, new StoredContent(Hash, 10), null));

    private readonly TemporaryFolder _files = new();

    public void Dispose() => _files.Dispose();

    /// <summary>A run that is killed after a result was written down, but before it was kept, is given the same one again.</summary>
    [Fact]
    public void A_result_that_an_earlier_process_wrote_down_is_not_written_again()
    {
        var path = _files.At("work.jsonl");
        new WorkLog(path).Add(Work, Result("first", 1.5));

        var log = new WorkLog(path);
        log.Add(Work, Result("first", 1.5));
        Assert.Single(File.ReadAllLines(path));
        // Done once more, by others or for longer, is another line.
        log.Add(Work, Result("second", 1.5));
        log.Add(Work, Result("first", 1.75));

        Assert.Equal(3, File.ReadAllLines(path).Length);
        Assert.Equal(["tin", "toy"], new WorkLog(path).InstructionSets);
    }

    [Fact]
    public void A_line_that_was_torn_ends_before_the_next()
    {
        var path = _files.At("work.jsonl");
        new WorkLog(path).Add(Work, Result("first", 1));
        var whole = File.ReadAllText(path);
        File.WriteAllText(path, whole + whole[..20]);

        var log = new WorkLog(path);
        log.Add(Work, Result("second", 1));
        log.Add(Work, Result("second", 2));

        var lines = File.ReadAllLines(path);
        Assert.Equal((4, whole.TrimEnd('\n'), whole[..20]), (lines.Length, lines[0], lines[1]));
        Assert.Equal(["tin", "toy"], new WorkLog(path).InstructionSets);
    }

    private static ResultMessage Result(string worker, double seconds) => new(
        ClusterConnection.Format,
        Work.Id(),
        new Origin(worker, "1.0", "abc", worker == "first" ? "toy" : "tin"),
        seconds,
        null,
        new TrainedAdapter(new StoredContent(Hash, 5), new TrainingReport(1, 0, 1, 10, 5, 1, 1, 0.1)),
        null);
}
