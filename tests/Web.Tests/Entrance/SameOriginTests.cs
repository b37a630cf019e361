using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Web.Entrance;

namespace MiniLambda.Web.Tests.Entrance;

public sealed class SameOriginTests
{
    [Theory]
    [InlineData("http://attic:7070", null, true)]
    [InlineData("http://ATTIC:7070", "same-origin", true)]
    [InlineData("https://attic:7070", null, true)]
    [InlineData(null, "same-origin", true)]
    [InlineData("http://attic:7071", null, false)]
    [InlineData("http://attic", null, false)]
    [InlineData("http://attic:7070.evil.example", null, false)]
    [InlineData("http://evil.example", "cross-site", false)]
    [InlineData("http://attic:7070", "cross-site", false)]
    [InlineData("http://attic:7071", "same-site", false)]
    [InlineData("null", null, false)]
    [InlineData("", null, false)]
    [InlineData(null, null, false)]
    [InlineData(null, "none", false)]
    public void Only_a_page_of_this_origin_may_change_something(string? origin, string? site, bool allowed)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString("attic:7070");
        if (origin is not null)
            request.Headers.Origin = origin;
        if (site is not null)
            request.Headers["Sec-Fetch-Site"] = site;
        Assert.Equal(allowed, SameOrigin.Made(request));
    }

    [Theory]
    [InlineData("/jobs?state=failed", "/jobs?state=failed")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/x\r\nSet-Cookie: a=b", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void A_form_leads_back_to_this_origin_alone(string? asked, string path) => Assert.Equal(path, WebPaths.Local(asked));
}
