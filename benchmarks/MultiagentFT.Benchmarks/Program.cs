using BenchmarkDotNet.Running;
using MultiagentFT.Benchmarks.Decoding;
using MultiagentFT.Benchmarks.Reporting;

// dotnet run -c Release --project benchmarks/MultiagentFT.Benchmarks -- --filter '*Generation*'
try
{
    BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(args, BenchmarkSettings.Create());
}
finally
{
    SharedDecodeBench.Close();
}
