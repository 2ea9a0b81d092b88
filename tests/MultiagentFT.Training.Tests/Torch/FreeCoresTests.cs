using MultiagentFT.Training.Torch;

namespace MultiagentFT.Training.Tests.Torch;

public sealed class FreeCoresTests
{
    // user nice system idle iowait irq softirq steal: 20 ticks passed on each of four cores.
    [Theory]
    [InlineData(0, 0, 0, 4)]
    [InlineData(20, 0, 0, 3)] // one core of others
    [InlineData(40, 0, 0, 2)]
    [InlineData(80, 0, 0, 1)]
    [InlineData(30, 0, 0, 3)] // one and a half
    [InlineData(40, 400, 0, 4)] // all of it this process's own: 400 ms
    [InlineData(40, 200, 0, 3)]
    [InlineData(0, 0, 60, 4)] // niced work gives way
    public void CoresThatOthersTakeAreNotFree(int busy, int ownMilliseconds, int niced, int expected)
    {
        var (before, after) = (Statistics(100, 0, 1000), Statistics(100 + busy, niced, 1000 + 80 - busy - niced));
        Assert.Equal(expected, FreeCores.Count(before, after, TimeSpan.FromMilliseconds(ownMilliseconds), usable: 4));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(1, 1)]
    [InlineData(8, 4)]
    public void NoMoreThanMayBeUsedAndThanThereAre(int usable, int expected) =>
        Assert.Equal(expected, FreeCores.Count(Statistics(0, 0, 1000), Statistics(0, 0, 1080), TimeSpan.Zero, usable));

    [Theory]
    [InlineData("", "")]
    [InlineData("cpu0 1 2\n", "cpu0 1 3\n")]
    [InlineData("cpu0 0 0 0 0 0 0 0 0\n", "cpu0 0 0 0 0 0 0 0 0\n")]
    [InlineData("cpu0 5 0 0 5 0 0 0 0\n", "cpu0 1 0 0 1 0 0 0 0\n")]
    public void WhereTheSystemSaysNothingAllAreFree(string before, string after) => Assert.Equal(3, FreeCores.Count(before, after, TimeSpan.Zero, usable: 3));

    [Fact]
    public void AMeasurementIsAtLeastOneCore() => Assert.InRange(FreeCores.Measure(TimeProvider.System), 1, Environment.ProcessorCount);

    /// <summary>Ticks are those of all four cores together.</summary>
    private static string Statistics(int user, int nice, int idle) =>
        "cpu  9 9 9 9 9 9 9 9 0 0\n" + string.Concat(Enumerable.Range(0, 4).Select(core => $"cpu{core} {Part(user, core)} {Part(nice, core)} 0 {Part(idle, core)} 0 0 0 0 0 0\n")) + "intr 1 2 3\n";

    private static int Part(int ticks, int core) => (ticks / 4) + (core < ticks % 4 ? 1 : 0);
}
