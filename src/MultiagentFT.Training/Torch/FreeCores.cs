using System.Globalization;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// How many cores other programs leave. Threads that share cores with other work wait for each other at the end of every operation: beside two busy loops on two
/// cores two threads train at a sixth of their speed, one at half of it (<c>benchmarks/LOG.md</c>, 2026-11-26).
/// </summary>
internal static class FreeCores
{
    private const string Statistics = "/proc/stat";

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(200);

    /// <summary>Watches the machine for a moment.</summary>
    /// <param name="time">Tells when the moment is over.</param>
    /// <returns>1 to the cores that this process may use, all of them where the system does not say what others take.</returns>
    public static int Measure(TimeProvider time)
    {
        var usable = Environment.ProcessorCount;
        if (usable == 1 || !File.Exists(Statistics)) return usable;
        var (before, own) = (File.ReadAllText(Statistics), Environment.CpuUsage.TotalTime);
        Task.Delay(Window, time).Wait();
        return Count(before, File.ReadAllText(Statistics), Environment.CpuUsage.TotalTime - own, usable);
    }

    /// <param name="before">/proc/stat (proc_stat(5)): lines <c>cpuN user nice system idle iowait irq softirq steal ...</c>, in ticks of 10 ms.</param>
    /// <param name="after">The same a moment later.</param>
    /// <param name="own">Processor time that this process took meanwhile.</param>
    /// <param name="usable">Cores that this process may use, 1 or more.</param>
    internal static int Count(string before, string after, TimeSpan own, int usable)
    {
        var (first, last) = (Times.Parse(before), Times.Parse(after));
        var all = last.All - first.All;
        if (first.Cores == 0 || first.Cores != last.Cores || all <= 0) return usable;
        // Of what passed on all cores: ticks are the machine's, so no clock is needed.
        var ticks = (double)all / last.Cores;
        var others = Math.Max(0, last.Busy - first.Busy - (own.TotalSeconds * TicksPerSecond)) / ticks;
        return Math.Clamp((int)Math.Round(last.Cores - others, MidpointRounding.ToPositiveInfinity), 1, usable);
    }

    private const double TicksPerSecond = 100;

    /// <param name="Cores">Of the machine.</param>
    /// <param name="Busy">Ticks of work of usual priority: what is niced gives way.</param>
    /// <param name="All">Ticks of everything, idle ones included.</param>
    private readonly record struct Times(int Cores, long Busy, long All)
    {
        public static Times Parse(string text)
        {
            var sum = new Times(0, 0, 0);
            foreach (var line in text.Split('\n'))
            {
                if (!line.StartsWith("cpu", StringComparison.Ordinal) || line.Length < 4 || !char.IsAsciiDigit(line[3])) continue;
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                    .Select(field => long.TryParse(field, CultureInfo.InvariantCulture, out var ticks) ? ticks : 0).ToArray();
                if (fields.Length < 8) continue;
                // user, system, irq, softirq and what another guest of the host took.
                sum = new Times(sum.Cores + 1, sum.Busy + fields[0] + fields[2] + fields[5] + fields[6] + fields[7], sum.All + fields.Sum());
            }
            return sum;
        }
    }
}
