using System.Text;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Remote.Finetuning;
using MultiagentFT.Remote.Generation;
using MultiagentFT.Remote.Tests.Endpoint;

namespace MultiagentFT.Remote.Tests.Generation;

public sealed class ChatRequestTests
{
    /// <summary>OpenAI's newer models refuse <c>max_tokens</c>; other endpoints may not know its newer name.</summary>
    [Fact]
    public void The_limit_of_an_answer_has_two_names()
    {
        var request = RemoteTest.Ask(most: 7);

        var (ofOpenAi, ofOthers) = (ChatRequest.Options(request, isOpenAi: true), ChatRequest.Options(request, isOpenAi: false));

        Assert.Equal((7, true), (ofOpenAi.MaxOutputTokens, ofOpenAi.RawRepresentationFactory is null));
        Assert.Equal((null, false), (ofOthers.MaxOutputTokens, ofOthers.RawRepresentationFactory is null));
    }

    [Fact]
    public void A_prompt_costs_at_most_its_bytes_and_what_templates_add()
    {
        var request = RemoteTest.Ask("größer als 3?", most: 9);

        var most = ChatRequest.Most(request);

        Assert.Equal((Encoding.UTF8.GetByteCount("größer als 3?") + 16 + 256, 9, 0), (most.Input, most.Output, most.Trained));
    }

    [Theory]
    [InlineData(0ul, 0)]
    [InlineData(ulong.MaxValue, int.MaxValue)]
    [InlineData(1ul << 33, 1)]
    public void Seeds_fit_every_endpoint(ulong seed, int sent) => Assert.Equal(sent, ChatRequest.Seed(seed));

    [Fact]
    public void OpenAi_takes_no_small_datasets()
    {
        using var openAi = new RemoteEndpoint(new RemoteOptions(), ApiKey.Of(RemoteTest.Key, "test"));
        using var other = new RemoteEndpoint(new RemoteOptions { BaseUrl = "http://127.0.0.1:1/v1" }, null);

        Assert.Equal((10, 1), (new RemoteTrainer(openAi).MinimumExamples, new RemoteTrainer(other).MinimumExamples));
    }
}
