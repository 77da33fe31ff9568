"""Answers at once: estimates and reviews."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from camcore.formats.dfm import DfmFile
from camcore.formats.estimate import EstimateFile
from camcore.formats.quote import QuoteFile
from camcore.service import bodies, work
from camcore.service.examples import JOB, JOB_QUOTE
from camcore.service.orders import estimate_order, review_order
from camcore.service.problems import told
from camcore.service.requests import EstimateRequest, JobQuoteRequest, JobRequest, QuoteRequest, ReviewRequest
from camcore.service.routes.common import Serving, answers, json_text, unless_gone

router = APIRouter(tags=["answers"])
PROBLEMS = told(400, 404, 413, 415, 422, 503)


@router.post(
    "/estimate",
    response_class=Response,
    responses=answers(EstimateFile, "sheets, yield, time and price for each quantity") | PROBLEMS,
    openapi_extra=bodies.documented(EstimateRequest),
)
async def estimate(request: Request, service: Serving) -> Response:
    """Sheets, yield, time and price of one drawing in several quantities, without a full nest, and how sure that is."""
    asked, drawing = await bodies.asked(request, EstimateRequest, service)
    return json_text(await unless_gone(request, service.answer(work.estimate, drawing.path, estimate_order(asked))))


@router.post(
    "/estimate/job",
    response_class=Response,
    responses=answers(EstimateFile, "one estimate of all parts together") | PROBLEMS,
)
async def estimate_job(request: Request, service: Serving, asked: JobRequest = JOB) -> Response:
    """Sheets, yield, time and price of all drawings of a job together, from a quick nest."""
    return json_text(await unless_gone(request, service.answer_together(asked, work.estimate_job)))


@router.post(
    "/quote",
    response_class=Response,
    responses=answers(QuoteFile, "price breaks, each line with its formula and where its figures come from") | PROBLEMS,
    openapi_extra=bodies.documented(QuoteRequest),
)
async def quote(request: Request, service: Serving) -> Response:
    """Price of one drawing in several quantities, each nested by itself, by the rates that the service was given."""
    asked, drawing = await bodies.asked(request, QuoteRequest, service)
    order = {**estimate_order(asked), "quantity": "1"}
    return json_text(
        await unless_gone(request, service.answer(work.quote, drawing.path, order, asked.quantity, asked.operations))
    )


@router.post(
    "/quote/job",
    response_class=Response,
    responses=answers(QuoteFile, "price breaks of sets of all parts") | PROBLEMS,
)
async def quote_job(request: Request, service: Serving, asked: JobQuoteRequest = JOB_QUOTE) -> Response:
    """Price of all drawings of a job together, in several quantities of sets."""
    return json_text(
        await unless_gone(request, service.answer_together(asked.job, work.quote_job, asked.quantity, asked.operations))
    )


@router.post(
    "/dfm",
    response_class=Response,
    responses=answers(DfmFile, "what stands against making the parts so") | PROBLEMS,
    openapi_extra=bodies.documented(ReviewRequest),
)
async def dfm(request: Request, service: Serving) -> Response:
    """Drawing and manufacturability findings of one drawing, with their places."""
    asked, drawing = await bodies.asked(request, ReviewRequest, service)
    return json_text(
        await unless_gone(request, service.answer(work.review, drawing.path, review_order(asked), asked.units))
    )
